//! Schedules messages: lanes are refilled as their messages end, and the last messages are moved together.

use crate::block;
use crate::compressor::{MAX_LANES, MAX_SHORT_BLOCKS, States};
use crate::engine::{Backend, Engine};
use crate::scalar;

pub(crate) fn digest_all(backend: Backend, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    let count = messages.len().min(digests.len());
    let (messages, digests) = (&messages[..count], &mut digests[..count]);
    if count == 1 || backend.lanes() == 1 {
        return scalar::digest_all(messages, digests);
    }
    let mut left = count;
    for blocks in 1..=MAX_SHORT_BLOCKS {
        let short = messages.iter().filter(|message| block::count(message.len()) == blocks).count();
        if short == count {
            return digest_alike(backend, blocks, messages, digests);
        }
        if short > 0 {
            digest_those_of(backend, blocks, short, messages, digests);
        }
        left -= short;
    }
    if left > 0 {
        digest_long(backend, messages, digests);
    }
}

/// How many of `left` short messages to digest next: as few groups as possible, of about equal size.
fn next_engine(backend: Backend, left: usize) -> Engine {
    backend.engine(left.div_ceil(left.div_ceil(backend.lanes())))
}

/// Messages that all have this number of blocks, as most keys do.
fn digest_alike(backend: Backend, blocks: usize, mut messages: &[&[u8]], mut digests: &mut [[u8; 16]]) {
    while !messages.is_empty() {
        let engine = next_engine(backend, messages.len());
        let Some((group, rest)) = messages.split_at_checked(engine.lanes()) else { break };
        let (done, digests_rest) = digests.split_at_mut(engine.lanes());
        engine.digest(group, blocks, done);
        (messages, digests) = (rest, digests_rest);
    }
    if !messages.is_empty() {
        digest_those_of(backend, blocks, messages.len(), messages, digests);
    }
}

/// Messages with this number of blocks, `left` of them, among others.
fn digest_those_of(
    backend: Backend,
    blocks: usize,
    mut left: usize,
    messages: &[&[u8]],
    digests: &mut [[u8; 16]],
) {
    // The results of unused lanes are ignored.
    let mut group = [messages[0]; MAX_LANES];
    let mut numbers = [0; MAX_LANES];
    let mut next = 0;
    while left > 0 {
        let engine = next_engine(backend, left);
        let size = engine.lanes().min(left);
        let mut filled = 0;
        while filled < size {
            group[filled] = messages[next];
            numbers[filled] = next;
            filled += usize::from(block::count(messages[next].len()) == blocks);
            next += 1;
        }
        let mut done = [[0; 16]; MAX_LANES];
        engine.digest(&group[..engine.lanes()], blocks, &mut done[..engine.lanes()]);
        for (number, digest) in numbers[..size].iter().zip(&done) {
            digests[*number] = *digest;
        }
        left -= size;
    }
}

/// Longer messages: a lane takes the next one when its message has ended.
fn digest_long(backend: Backend, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    let mut queue = Queue::new(messages);
    let mut states = [[0; MAX_LANES]; 4];
    let mut lanes = [Lane::EMPTY; MAX_LANES];
    let mut active = 0;
    while active < backend.lanes()
        && let Some(number) = queue.next()
    {
        lanes[active].fill(number, messages[number]);
        set_state(&mut states, active, block::INITIAL);
        active += 1;
    }
    while active > 0 {
        let count = lanes[..active].iter().map(Lane::blocks_left).min().unwrap_or(0);
        // Lanes beyond the active ones repeat the first, and their results are ignored.
        let mut blocks = [lanes[0].blocks(count); MAX_LANES];
        for (blocks, lane) in blocks.iter_mut().zip(&lanes[..active]) {
            *blocks = lane.blocks(count);
        }
        backend.engine(active).update(&mut states, &blocks, count);
        // From the last lane to the first, so that only lanes that have passed their blocks are moved.
        for number in (0..active).rev() {
            let lane = &mut lanes[number];
            lane.pass(count);
            if lane.blocks_left() > 0 {
                continue;
            }
            digests[lane.message] = block::to_bytes(state_of(&states, number));
            if let Some(next) = queue.next() {
                lane.fill(next, messages[next]);
                set_state(&mut states, number, block::INITIAL);
                continue;
            }
            // The last lane fills the gap.
            active -= 1;
            if number < active {
                lanes[number] = lanes[active];
                let last = state_of(&states, active);
                set_state(&mut states, number, last);
            }
        }
    }
}

fn is_long(message: &[u8]) -> bool {
    block::count(message.len()) > MAX_SHORT_BLOCKS
}

fn state_of(states: &States, lane: usize) -> [u32; 4] {
    [states[0][lane], states[1][lane], states[2][lane], states[3][lane]]
}

fn set_state(states: &mut States, lane: usize, state: [u32; 4]) {
    for (row, word) in states.iter_mut().zip(state) {
        row[lane] = word;
    }
}

/// A message in progress: first its whole blocks, then its end with the padding.
#[derive(Clone, Copy)]
struct Lane<'m> {
    message: usize,
    body: &'m [[u8; block::LEN]],
    end: [[u8; block::LEN]; 2],
    /// The blocks of `end` that are still to come.
    end_from: u8,
    end_to: u8,
}

impl<'m> Lane<'m> {
    const EMPTY: Self = Self { message: 0, body: &[], end: [[0; block::LEN]; 2], end_from: 0, end_to: 0 };

    fn fill(&mut self, number: usize, message: &'m [u8]) {
        self.message = number;
        self.body = message.as_chunks().0;
        let end_from = self.body.len();
        let end_len = block::count(message.len()) - end_from;
        for (place, block) in self.end.iter_mut().take(end_len).enumerate() {
            block::pad(message, end_from + place, block);
        }
        (self.end_from, self.end_to) = (0, end_len as u8);
    }

    /// The number of contiguous blocks here.
    fn blocks_left(&self) -> usize {
        if self.body.is_empty() { usize::from(self.end_to - self.end_from) } else { self.body.len() }
    }

    /// The next `count` of the contiguous blocks.
    fn blocks(&self, count: usize) -> &[[u8; block::LEN]] {
        if self.body.is_empty() {
            &self.end[usize::from(self.end_from)..][..count]
        } else {
            &self.body[..count]
        }
    }

    fn pass(&mut self, count: usize) {
        match self.body.split_at_checked(count) {
            Some((_, rest)) if !self.body.is_empty() => self.body = rest,
            _ => self.end_from += count as u8,
        }
    }
}

/// Selects messages that are not short, the longest first: a long message that began last would run alone.
///
/// Sorted by powers of four from 1 KiB, in one pass over all of them for each power that occurs.
struct Queue<'m> {
    messages: &'m [&'m [u8]],
    /// Bit `n` is set if messages of class `n` may be left.
    classes: u32,
    position: usize,
}

impl<'m> Queue<'m> {
    fn new(messages: &'m [&'m [u8]]) -> Self {
        let long = messages.iter().filter(|message| is_long(message));
        let classes = long.fold(0, |classes, message| classes | 1 << Self::class(message));
        Self { messages, classes, position: 0 }
    }

    fn class(message: &[u8]) -> u32 {
        (usize::BITS - (message.len() >> 10).leading_zeros()).div_ceil(2)
    }

    /// The number of the next message.
    fn next(&mut self) -> Option<usize> {
        while self.classes > 0 {
            let class = self.classes.ilog2();
            while let Some(message) = self.messages.get(self.position) {
                self.position += 1;
                if is_long(message) && Self::class(message) == class {
                    return Some(self.position - 1);
                }
            }
            self.classes &= !(1 << class);
            self.position = 0;
        }
        None
    }
}
