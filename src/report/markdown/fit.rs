//! Makes a comment fit: every piece of it comes in several lengths, and what matters least is
//! shortened first, until the whole is short enough. What is left out is counted where it stood.
//!
//! It knows lengths and an order, and nothing of plans.

use std::collections::{BTreeSet, VecDeque};

/// When a piece is shortened: the least comes first. What is shortened at one level is shortened
/// everywhere at once, so that like things look alike; what is left out altogether goes piece by
/// piece, from the end, and no further than it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// What is only worth knowing.
    Findings,
    /// The clicks of steps that only give.
    Clicks,
    /// The waivers that would allow what is refused.
    Waivers,
    /// Refusals after the first few.
    Refusals,
    /// Reasons and places of what is given.
    GivenLong,
    /// What was held back, what ends by date, moves, mails.
    Beside,
    /// Areas of what is given.
    GivenNamed,
    /// Names of whom something is given.
    Given,
    /// Steps that only give or set up.
    Steps,
    /// Reasons and places of what is given and sensitive.
    LongOfSensitive,
    /// Reasons and places where areas are taken away.
    LongOfAreas,
    /// Those where access ends.
    LongOfEnds,
    /// Those of administrators, of escalations, and of what cannot be undone.
    LongOfPower,
    /// Rows of the table, from the least serious.
    Rows,
    /// Names of whom something sensitive is given.
    NamesOfSensitive,
    /// The areas that are taken away, where the people are named.
    TakenAreas,
    /// What pseudonyms have in common, and the ends of long names.
    ShortNames,
    /// Names of those who lose areas: counted by organisation instead.
    NamesOfAreas,
    /// Names of those who lose access.
    NamesOfEnds,
    /// Names of administrators and of those for whom something cannot be undone.
    NamesOfPower,
    /// Organisations of those.
    Counts,
    /// Refusals and faults one by one.
    Stops,
}

impl Level {
    /// All of them, from the first to be shortened.
    const ALL: [Self; 22] = [
        Self::Findings,
        Self::Clicks,
        Self::Waivers,
        Self::Refusals,
        Self::GivenLong,
        Self::Beside,
        Self::GivenNamed,
        Self::Given,
        Self::Steps,
        Self::LongOfSensitive,
        Self::LongOfAreas,
        Self::LongOfEnds,
        Self::LongOfPower,
        Self::Rows,
        Self::NamesOfSensitive,
        Self::TakenAreas,
        Self::ShortNames,
        Self::NamesOfAreas,
        Self::NamesOfEnds,
        Self::NamesOfPower,
        Self::Counts,
        Self::Stops,
    ];

    /// Whether it goes piece by piece.
    fn is_gradual(self) -> bool {
        match self {
            Self::Clicks
            | Self::GivenLong
            | Self::GivenNamed
            | Self::LongOfSensitive
            | Self::LongOfAreas
            | Self::LongOfEnds
            | Self::LongOfPower
            | Self::TakenAreas
            | Self::ShortNames => false,
            Self::Findings
            | Self::Waivers
            | Self::Refusals
            | Self::NamesOfSensitive
            | Self::Beside
            | Self::Given
            | Self::Steps
            | Self::Rows
            | Self::NamesOfAreas
            | Self::NamesOfEnds
            | Self::NamesOfPower
            | Self::Counts
            | Self::Stops => true,
        }
    }
}

/// Longest line about what was left out of one section.
const LINE: usize = 400;

/// One piece, in the length that it has now, and the shorter ones with the level at which each is
/// taken.
pub(super) struct Piece<'p> {
    text: String,
    length: usize,
    shorter: VecDeque<(Level, String)>,
    things: u64,
    place: Option<&'p str>,
    people: Vec<&'p str>,
}

/// What is in the pieces that were left out of a section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LeftOut<'p> {
    /// Pieces.
    pub(super) pieces: u64,
    /// Single things in them.
    pub(super) things: u64,
    /// Where they are; one in several pieces counts once.
    pub(super) places: BTreeSet<&'p str>,
    /// Whom they are about; somebody in two pieces counts once.
    pub(super) people: BTreeSet<&'p str>,
    /// `more `, where other pieces stand before it.
    pub(super) more: &'static str,
}

impl<'p> Piece<'p> {
    pub(super) fn new(text: String, things: u64) -> Self {
        Self {
            length: length(&text),
            text,
            shorter: VecDeque::new(),
            things,
            place: None,
            people: Vec::new(),
        }
    }

    /// Where it is and whom it is about, to be counted where it is left out.
    pub(super) fn about(mut self, place: &'p str, people: Vec<&'p str>) -> Self {
        self.place = Some(place);
        self.people = people;
        self
    }

    /// At a level after those named before, this text takes its place.
    pub(super) fn or(mut self, level: Level, text: String) -> Self {
        self.shorter.push_back((level, text));
        self
    }

    /// At that level it is left out.
    pub(super) fn or_nothing(self, level: Level) -> Self {
        self.or(level, String::new())
    }

    fn is_shortened_at(&self, level: Level) -> bool {
        let next = self.shorter.front();
        next.is_some_and(|(at, _)| *at == level)
    }

    fn shorten(&mut self) {
        if let Some((_, text)) = self.shorter.pop_front() {
            self.length = length(&text);
            self.text = text;
        }
    }
}

/// Pieces that belong together, with what stands before and after them, which is always there.
pub(super) struct Section<'p> {
    head: String,
    pieces: Vec<Piece<'p>>,
    left_out: fn(&LeftOut<'p>) -> String,
    foot: String,
    tells: bool,
}

impl<'p> Section<'p> {
    /// Text that is never shortened.
    pub(super) fn fixed(text: String) -> Self {
        Self::new(text, Vec::new(), |_| String::new(), String::new())
    }

    /// Pieces, and how it is said that some were left out: in one line with its line break.
    pub(super) fn new(
        head: String,
        pieces: Vec<Piece<'p>>,
        left_out: fn(&LeftOut<'p>) -> String,
        foot: String,
    ) -> Self {
        Self {
            head,
            pieces,
            left_out,
            foot,
            tells: false,
        }
    }

    fn length(&self) -> usize {
        let pieces = self.pieces.iter().map(|piece| piece.length);
        let line = if self.tells { LINE } else { 0 };
        length(&self.head) + pieces.sum::<usize>() + line + length(&self.foot)
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.head);
        let mut missing = LeftOut::default();
        for piece in &self.pieces {
            out.push_str(&piece.text);
            if piece.text.is_empty() {
                missing.pieces += 1;
                missing.things += piece.things;
                missing.places.extend(piece.place);
                missing.people.extend(&piece.people);
            } else {
                missing.more = "more ";
            }
        }
        if missing.pieces > 0 {
            out.push_str(&(self.left_out)(&missing));
        }
        out.push_str(&self.foot);
    }

    /// Shortens what is to be shortened at a level, from the end, and gradually no further than
    /// until `over` is nothing. Answers with what is left of it.
    fn shorten(&mut self, level: Level, mut over: usize) -> usize {
        let pieces = self.pieces.iter_mut().rev();
        for piece in pieces.filter(|piece| piece.is_shortened_at(level)) {
            if level.is_gradual() && over == 0 {
                break;
            }
            let before = piece.length;
            piece.shorten();
            over = (over + piece.length).saturating_sub(before);
            if piece.length == 0 && !self.tells {
                self.tells = true;
                over += LINE;
            }
        }
        over
    }
}

/// Length as those services count it that count least generously: in UTF-16 code units.
fn length(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.encode_utf16().count()
}

/// The whole text, shortened until it is at most `limit` long; none where even the shortest is
/// longer.
pub(super) fn fit(mut sections: Vec<Section<'_>>, limit: usize) -> Option<String> {
    let mut levels = Level::ALL.into_iter();
    loop {
        let long: usize = sections.iter().map(Section::length).sum();
        let over = long.saturating_sub(limit);
        if over == 0 {
            break;
        }
        let level = levels.next()?;
        sections
            .iter_mut()
            .rev()
            .fold(over, |over, section| section.shorten(level, over));
    }
    let mut out = String::new();
    sections.iter().for_each(|section| section.write(&mut out));
    Some(out)
}
