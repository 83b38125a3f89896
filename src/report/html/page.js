
'use strict';
(() => {
  // What is folded and large stands in <noscript>, which is one text where scripts run: it is taken
  // apart when somebody unfolds it. The text is the program's own, escaped where it was written.
  const one = (what, within = document) => within.querySelector(what);
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const form = one('#filters');
  const fields = form.elements;
  const organisations = all('.org');
  const fold = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  const signs = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  const number = new Intl.NumberFormat('en-GB');
  const counted = (count, single, many) => `${number.format(count)} ${count === 1 ? single : many}`;

  const parsed = text => {
    const template = document.createElement('template');
    template.innerHTML = text;
    return template.content;
  };

  // The texts that belong to what can be unfolded itself, not to something within it.
  const texts = details => all('noscript', details).filter(text => text.closest('details') === details);
  const fill = details => {
    const folded = texts(details);
    folded.forEach(text => text.replaceWith(parsed(text.textContent)));
    return folded.length > 0;
  };

  // What is read of a text without taking it apart; once.
  const once = read => {
    const known = new WeakMap();
    return of => {
      if (!known.has(of)) known.set(of, read(of));
      return known.get(of);
    };
  };
  const plain = html => fold(html.replace(/<[^>]*>/g, ' ').replace(/&(?:amp|lt|gt|quot|#39);/g, sign => signs[sign]));
  const text = once(element => fold(element.textContent));

  // The rows of a matrix: kinds, and the words of the heading.
  const ROW = /^ data-p=\d+(?: data-k="([^"]*)")?><th scope=row>(.*?)<td/s;
  const toRow = html => {
    const found = ROW.exec(html);
    return found && { kinds: found[1] ? found[1].split(' ') : [], text: plain(found[2]), html };
  };
  const rows = once(folded => folded.textContent.split('<tr').map(toRow).filter(Boolean));

  // The people among changes: number, name and login, and of each kind how much.
  const WHO = /^(\d+)><p class=who>(.*?)<\/p>/s;
  const ACT = /<li class="act [^"]*" data-k=(\S+) data-n=(\d+)>/g;
  const people = once(folded => folded.textContent.split('<li class=person data-p=').slice(1).map(html => {
    const [, number, who] = WHO.exec(html);
    return { number, text: plain(who), acts: [...html.matchAll(ACT)].map(([, kind, count]) => [kind, Number(count)]) };
  }));

  const wanted = () => {
    const organisation = fields.organisation.value;
    const words = fold(fields.person.value).split(/\s+/).filter(Boolean);
    const kinds = all('[name=kind]:checked', form).map(box => box.value);
    const changing = fields.changing.checked;
    const narrowed = Boolean(organisation || words.length || kinds.length || changing);
    return { organisation, words, kinds, changing, narrowed };
  };

  // The address says what is shown, so that it can be sent to somebody.
  const toAddress = () => {
    const said = new URLSearchParams();
    const { organisation, kinds, changing } = wanted();
    if (organisation) said.set('organisation', organisation);
    if (fields.person.value.trim()) said.set('person', fields.person.value.trim());
    if (kinds.length) said.set('kind', kinds.join(','));
    if (changing) said.set('changing', '1');
    const fragment = `#${said}`;
    if (fragment === location.hash || (fragment === '#' && !location.hash.includes('='))) return;
    try {
      history.replaceState(null, '', fragment);
    } catch {
      location.hash = fragment;
    }
  };

  const fromAddress = () => {
    const fragment = location.hash.slice(1);
    if (fragment.includes('=')) {
      const said = new URLSearchParams(fragment);
      const kinds = (said.get('kind') || '').split(',');
      fields.organisation.value = said.get('organisation') || '';
      if (fields.organisation.selectedIndex < 0) fields.organisation.value = '';
      fields.person.value = said.get('person') || '';
      all('[name=kind]', form).forEach(box => { box.checked = kinds.includes(box.value); });
      fields.changing.checked = said.get('changing') === '1';
      show();
      one('#changes').scrollIntoView();
      return;
    }
    const target = fragment && document.getElementById(fragment);
    if (target && target.tagName === 'DETAILS') target.open = true;
  };

  // What ends in a month: of which organisation, on which day, and how much of it.
  const END = /^ data-o="([^"]*)" data-d=(\d+) data-n=(\d+)>(.*)/s;
  const ends = once(folded => folded.textContent.split('<li').slice(1).map(html => {
    const [, organisation, day, count, said] = END.exec(html);
    return { organisation, day, count: Number(count), text: plain(said) };
  }));

  const fitsWords = (found, words) => words.every(word => found.includes(word));
  const fitsKinds = (found, { kinds, changing }) =>
    kinds.length ? kinds.some(kind => found.includes(kind)) : !changing || found.length > 0;
  const fitsRow = (row, wish) => fitsWords(row.text, wish.words) && fitsKinds(row.kinds, wish);

  // Shows what fits of one organisation's changes; answers with how much that is.
  const showChanges = (organisation, wish, seen) => {
    let fits = 0;
    const add = (person, own) => {
      if (own) seen.people.add(person);
      fits += own;
    };
    // What is still one text hides nothing: it is counted, where the count is said.
    if (wish.narrowed) {
      const named = texts(organisation).flatMap(people).filter(person => fitsWords(person.text, wish.words));
      named.forEach(({ number, acts }) => {
        const own = acts.filter(([kind]) => !wish.kinds.length || wish.kinds.includes(kind));
        add(number, own.reduce((sum, [, count]) => sum + count, 0));
      });
    }
    all('.person', organisation).forEach(person => {
      const named = fitsWords(text(one('.who', person)), wish.words);
      let own = 0;
      all('.act', person).forEach(act => {
        const shows = !wish.kinds.length || wish.kinds.includes(act.dataset.k);
        act.hidden = !shows;
        if (shows && named) own += Number(act.dataset.n);
      });
      person.hidden = own === 0;
      add(person.dataset.p, own);
    });
    all('div.aside', organisation).forEach(aside => { aside.hidden = !one('.person:not([hidden])', aside); });
    all('.known', organisation).forEach(known => {
      all('li', known).forEach(line => { line.hidden = !fitsWords(text(line), wish.words); });
      known.hidden = wish.kinds.length > 0 || wish.changing || !one('li:not([hidden])', known);
    });
    return fits;
  };

  // The same of its matrices, taken apart or not.
  const showRows = (organisation, wish) => {
    let fits = 0;
    all('.matrix', organisation).forEach(matrix => {
      const folded = one('noscript', matrix);
      let own = 0;
      if (folded) {
        own = wish.narrowed ? rows(folded).filter(row => fitsRow(row, wish)).length : 1;
      } else {
        all('tbody tr', matrix).forEach(row => {
          const kinds = row.dataset.k ? row.dataset.k.split(' ') : [];
          const shows = fitsRow({ kinds, text: text(row.firstElementChild) }, wish);
          row.hidden = !shows;
          if (shows) own += 1;
        });
      }
      matrix.hidden = own === 0;
      fits += own;
    });
    return fits;
  };

  let areDatesNarrowed = false;
  const showDates = wish => {
    const narrowed = Boolean(wish.organisation || wish.words.length);
    if (!narrowed && !areDatesNarrowed) return null;
    areDatesNarrowed = narrowed;
    let fits = 0;
    all('.month:not(.empty)').forEach(month => {
      const box = one('.ends', month);
      const days = new Map();
      const fitsEnd = end => {
        const fitting = (!wish.organisation || end.organisation === wish.organisation) && fitsWords(end.text, wish.words);
        if (fitting) days.set(end.day, (days.get(end.day) || 0) + end.count);
        return fitting;
      };
      texts(box).flatMap(ends).forEach(fitsEnd);
      all('li', box).forEach(line => {
        const { o: organisation, d: day, n: count } = line.dataset;
        line.hidden = !fitsEnd({ organisation, day, count: Number(count), text: text(line) });
      });
      const own = [...days.values()].reduce((sum, count) => sum + count, 0);
      all('.grid [data-n]', month).forEach(day => { day.dataset.n = days.get(day.dataset.d) || 0; });
      one('summary', box).textContent = counted(own, 'ending', 'endings');
      month.classList.toggle('without', own === 0);
      fits += own;
    });
    return narrowed ? fits : null;
  };

  // What is to be looked at first: of whoever fits, and of the organisation that was asked for. The
  // sentences are about the whole plan: in their place stands what that organisation's heading says.
  const heading = one('h1');
  const whole = { heading: heading.textContent, title: document.title };
  const sentences = one('.headlines');
  const own = document.createElement('div');
  own.className = 'own';
  own.hidden = true;
  one('.opening').prepend(own);
  const counts = new Map(all('.topic .count').map(count => [count, count.textContent]));
  const elsewhere = (element, organisation) =>
    Boolean(organisation && element.dataset.o !== undefined && element.dataset.o !== organisation);

  const showFolded = (list, { narrowed }) => {
    const more = one('.more', list);
    if (!more) return;
    const rest = all('li:not([hidden])', more).length;
    if (narrowed || !texts(more).length) one('summary', more).textContent = `${number.format(rest)} more`;
    more.hidden = rest === 0 && !texts(more).length;
    if (narrowed && rest) unfold(more);
  };

  let isFirstNarrowed = false;
  const showFirst = (wish, seen) => {
    if (!wish.narrowed && !isFirstNarrowed) return;
    isFirstNarrowed = wish.narrowed;
    if (wish.narrowed) all('#first .more').forEach(fill);
    const asked = organisations.find(organisation => organisation.dataset.o === wish.organisation);
    const name = asked && one('h3', asked).textContent;
    const about = name ? `${name} (of ${counted(organisations.length, 'organisation', 'organisations')})` : whole.heading;
    heading.textContent = about;
    document.title = whole.title.replace(whole.heading, () => about);
    if (sentences) sentences.hidden = Boolean(asked);
    own.hidden = !asked;
    own.replaceChildren(...(asked ? all('summary > .tag, summary > .at', asked).map(chip => chip.cloneNode(true)) : []));
    const byPerson = wish.words.length > 0 || wish.kinds.length > 0;
    all('.topic').forEach(topic => {
      all('li', topic).forEach(line => {
        const places = all('.place', line);
        places.forEach(place => { place.hidden = elsewhere(place, wish.organisation); });
        const isHere = places.length ? places.some(place => !place.hidden) : !elsewhere(line, wish.organisation);
        line.hidden = !isHere || (byPerson && !seen.people.has(line.dataset.p));
      });
      const fits = all('li:not([hidden])', topic).length;
      topic.hidden = fits === 0;
      const count = one('.count', topic);
      if (count) count.textContent = wish.narrowed ? counted(fits, 'person', 'people') : counts.get(count);
      showFolded(topic, wish);
    });
    all('.standing [data-o]').forEach(line => { line.hidden = elsewhere(line, wish.organisation); });
    showFolded(one('.standing'), wish);
  };

  // What was unfolded to show what fits, and is folded again when everything is shown.
  let unfolded = new Set();
  const unfold = details => {
    if (!details.open) {
      details.open = true;
      unfolded.add(details);
    }
  };
  const FEW = 12;
  const FEW_ROWS = 40;
  const total = { changes: Number(form.dataset.changes), people: Number(form.dataset.people), organisations: Number(form.dataset.organisations) };

  const show = () => {
    const wish = wanted();
    const { narrowed } = wish;
    const seen = { people: new Set(), organisations: 0, changes: 0, rows: 0 };
    const fitting = [];
    organisations.forEach(organisation => {
      const asked = !wish.organisation || organisation.dataset.o === wish.organisation;
      const changes = asked ? showChanges(organisation, wish, seen) : 0;
      const people = asked ? showRows(organisation, wish) : 0;
      organisation.hidden = !asked || (narrowed && changes + people === 0 && !wish.organisation);
      if (!organisation.hidden) fitting.push(organisation);
      if (changes) seen.organisations += 1;
      seen.changes += changes;
      seen.rows += people;
    });
    all('.quiet').forEach(heading => { heading.hidden = narrowed; });
    one('#none').hidden = fitting.length > 0 || organisations.length === 0;
    unfolded.forEach(details => { if (!narrowed) details.open = false; });
    if (!narrowed) unfolded = new Set();
    showFirst(wish, seen);
    if (narrowed && fitting.length <= FEW) {
      fitting.forEach(organisation => {
        unfold(organisation);
        if (wish.words.length && seen.rows <= FEW_ROWS) all('.matrix:not([hidden])', organisation).forEach(unfold);
      });
    }
    say(narrowed, seen, showDates(wish));
  };

  const say = (narrowed, seen, dates) => {
    const changes = counted(total.changes, 'change or step', 'changes and steps');
    const whose = ({ people, organisations: places }) =>
      `${counted(people, 'person', 'people')} in ${counted(places, 'organisation', 'organisations')}`;
    let said = total.changes ? `All shown: ${changes}, ${whose(total)}` : 'No change is planned';
    if (narrowed) {
      const shown = { people: seen.people.size, organisations: seen.organisations };
      said = seen.changes ? `Shown: ${number.format(seen.changes)} of ${changes}, ${whose(shown)}` : 'No change fits';
      if (seen.rows) said += `; ${counted(seen.rows, 'account', 'accounts')} in who has what`;
      if (dates !== null) said += `; ${counted(dates, 'ending', 'endings')} in the calendar`;
    }
    const line = one('#shown');
    if (line.textContent !== said) line.textContent = said;
  };

  let waiting = 0;
  const changed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { show(); toAddress(); }, 120);
  };
  form.addEventListener('input', changed);
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(changed));
  addEventListener('hashchange', fromAddress);
  document.addEventListener('toggle', event => {
    const details = event.target;
    if (details.open && !('paper' in details.dataset) && fill(details)) show();
  }, true);

  // On paper: every change, and of each matrix that is folded the rows that change.
  const FEW_DATES = 200;
  const ON_PAPER = '.org:not([hidden]):has(.person:not([hidden])), .act details, .more, .known:not([hidden])';
  let before = [];
  addEventListener('beforeprint', () => {
    before = [];
    const open = details => {
      fill(details);
      if (!details.open) {
        details.open = true;
        before.push(() => { details.open = false; });
      }
    };
    // What is filled in here is filtered too: of a part, nobody else comes on paper.
    const dates = all('.grid [data-n]').reduce((sum, day) => sum + Number(day.dataset.n), 0);
    const few = dates <= FEW_DATES ? all('.ends') : [];
    if ([...all('.org:not([hidden])'), ...few].filter(fill).length) show();
    all(ON_PAPER).forEach(open);
    const wish = wanted();
    all('.org:not([hidden]) .matrix:not([open]):not([hidden])').forEach(matrix => {
      const folded = one('noscript', matrix);
      if (!folded) return;
      const [start, head, ...rest] = folded.textContent.split('<tr');
      const foot = rest.pop();
      const changing = rows(folded).filter(row => row.kinds.length && fitsRow(row, wish))
        .map(row => row.html.replace('<tfoot>', ''));
      if (!changing.length) return;
      const table = parsed([start, head, ...changing].join('<tr') + `<tfoot><tr${foot}`).firstElementChild;
      folded.before(table);
      matrix.dataset.paper = '';
      matrix.open = true;
      before.push(() => {
        table.remove();
        matrix.open = false;
        delete matrix.dataset.paper;
      });
    });
    few.forEach(open);
  });
  addEventListener('afterprint', () => before.splice(0).forEach(undo => undo()));

  form.hidden = false;
  all('details[open]').forEach(fill);
  show();
  fromAddress();
})();
