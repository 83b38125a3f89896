
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
  const signs = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const escaped = text => text.replace(/[&<>"']/g, sign => signs[sign]);
  const number = new Intl.NumberFormat('en-GB');
  const counted = (count, single, many) => `${number.format(count)} ${count === 1 ? single : many}`;

  const parsed = text => {
    const template = document.createElement('template');
    template.innerHTML = text;
    return template.content;
  };

  const fill = box => {
    const folded = one('noscript', box);
    if (folded) folded.replaceWith(parsed(folded.textContent));
    return Boolean(folded);
  };

  // The rows of a matrix that is still one text: person, kinds, and the words of the heading.
  const ROW = /^ data-p=(\d+)(?: data-k="([^"]*)")?><th scope=row>(.*?)<td/s;
  const rowsOf = new WeakMap();
  const rows = folded => {
    if (!rowsOf.has(folded)) {
      const found = folded.textContent.split('<tr').map(row => ROW.exec(row)).filter(Boolean);
      rowsOf.set(folded, found.map(([, person, kinds, head]) => ({
        person, kinds: kinds ? kinds.split(' ') : [], text: fold(head.replace(/<[^>]*>/g, ' ')),
      })));
    }
    return rowsOf.get(folded);
  };

  const textOf = new WeakMap();
  const text = element => {
    if (!textOf.has(element)) textOf.set(element, fold(element.textContent));
    return textOf.get(element);
  };

  const wanted = () => ({
    organisation: fields.organisation.value,
    words: fold(fields.person.value).split(/\s+/).filter(Boolean),
    kinds: all('[name=kind]:checked', form).map(box => box.value),
    changing: fields.changing.checked,
  });

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

  const fitsWords = (found, words) => words.every(word => found.includes(word));
  const fitsKinds = (found, { kinds, changing }) =>
    kinds.length ? kinds.some(kind => found.includes(kind)) : !changing || found.length > 0;

  // Shows what fits of one organisation's changes; answers with how much that is.
  const showChanges = (organisation, wish, seen) => {
    let fits = 0;
    all('.person', organisation).forEach(person => {
      const named = fitsWords(text(one('.who', person)), wish.words);
      let own = 0;
      all('.act', person).forEach(act => {
        const shows = !wish.kinds.length || wish.kinds.includes(act.dataset.k);
        act.hidden = !shows;
        if (shows && named) own += Number(act.dataset.n);
      });
      person.hidden = own === 0;
      if (own) seen.people.add(person.dataset.p);
      fits += own;
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
        const words = wish.words.map(escaped);
        own = rows(folded).filter(row => fitsWords(row.text, words) && fitsKinds(row.kinds, wish)).length;
      } else {
        all('tbody tr', matrix).forEach(row => {
          const kinds = row.dataset.k ? row.dataset.k.split(' ') : [];
          const shows = fitsWords(text(row.firstElementChild), wish.words) && fitsKinds(kinds, wish);
          row.hidden = !shows;
          if (shows) own += 1;
        });
      }
      matrix.hidden = own === 0;
      fits += own;
    });
    return fits;
  };

  const showDates = wish => {
    const narrowed = Boolean(wish.organisation || wish.words.length);
    let fits = 0;
    all('.month:not(.empty)').forEach(month => {
      const box = one('.ends', month);
      if (narrowed) fill(box);
      const lines = all('li', box);
      if (!lines.length) return;
      const days = new Map();
      lines.forEach(line => {
        const shows = (!wish.organisation || line.dataset.o === wish.organisation)
          && fitsWords(text(line), wish.words);
        line.hidden = !shows;
        if (shows) days.set(line.dataset.d, (days.get(line.dataset.d) || 0) + 1);
      });
      const own = [...days.values()].reduce((sum, count) => sum + count, 0);
      all('.grid [data-n]', month).forEach(day => { day.dataset.n = days.get(day.dataset.d) || 0; });
      one('summary', box).textContent = counted(own, 'ending', 'endings');
      fits += own;
    });
    return narrowed ? fits : null;
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
  const total = all('.act').reduce((sum, act) => sum + Number(act.dataset.n), 0);

  const show = () => {
    const wish = wanted();
    const narrowed = Boolean(wish.organisation || wish.words.length || wish.kinds.length || wish.changing);
    const seen = { people: new Set(), organisations: 0, changes: 0, rows: 0 };
    const fitting = [];
    organisations.forEach(organisation => {
      const asked = !wish.organisation || organisation.dataset.o === wish.organisation;
      const changes = asked ? showChanges(organisation, wish, seen) : 0;
      const people = asked && narrowed ? showRows(organisation, wish) : 0;
      if (asked && !narrowed) showRows(organisation, wish);
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
    if (narrowed && fitting.length <= FEW) {
      fitting.forEach(organisation => {
        unfold(organisation);
        if (wish.words.length && seen.rows <= FEW_ROWS) all('.matrix:not([hidden])', organisation).forEach(unfold);
      });
    }
    say(wish, narrowed, seen, showDates(wish));
  };

  const say = (wish, narrowed, seen, dates) => {
    const changes = count => counted(count, 'change or step', 'changes and steps');
    const places = counted(seen.organisations, 'organisation', 'organisations');
    const whose = `${counted(seen.people.size, 'person', 'people')} in ${places}`;
    let said = seen.changes ? `All shown: ${changes(seen.changes)}, ${whose}` : 'No change is planned';
    if (narrowed) {
      said = seen.changes ? `Shown: ${number.format(seen.changes)} of ${changes(total)}, ${whose}` : 'No change fits';
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
    const folded = details.matches('.matrix, .ends') && !('paper' in details.dataset);
    if (folded && details.open && fill(details)) show();
  }, true);

  // On paper: every change, and of each matrix that is folded the rows that change.
  const FEW_DATES = 200;
  const ON_PAPER = '.org:not([hidden]):has(.person:not([hidden])), .more, .known:not([hidden])';
  let before = [];
  addEventListener('beforeprint', () => {
    before = [];
    const open = details => {
      if (!details.open) {
        details.open = true;
        before.push(() => { details.open = false; });
      }
    };
    all(ON_PAPER).forEach(open);
    const wish = wanted();
    const words = wish.words.map(escaped);
    const isOnPaper = row => {
      const [, , kinds, head] = ROW.exec(row) || [];
      return kinds && fitsKinds(kinds.split(' '), wish) && fitsWords(fold(head.replace(/<[^>]*>/g, ' ')), words);
    };
    all('.org:not([hidden]) .matrix:not([open]):not([hidden])').forEach(matrix => {
      const folded = one('noscript', matrix);
      if (!folded) return;
      const [start, head, ...rest] = folded.textContent.split('<tr');
      const foot = rest.pop();
      const changing = rest.filter(isOnPaper).map(row => row.replace('<tfoot>', ''));
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
    const dates = all('.month [data-n]').reduce((sum, day) => sum + Number(day.dataset.n), 0);
    if (dates <= FEW_DATES) all('.ends').forEach(details => { fill(details); open(details); });
  });
  addEventListener('afterprint', () => before.splice(0).forEach(undo => undo()));

  form.hidden = false;
  all('.matrix[open], .ends[open]').forEach(fill);
  show();
  fromAddress();
})();
