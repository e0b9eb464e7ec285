//! Messages wait in line; lanes are filled again as their messages end; what is left at last is closed up.

use core::slice;

use crate::engine::Backend;

/// The most lanes that any back end has.
pub(crate) const MAX_LANES: usize = 48;

/// The four words of each lane's digest.
pub(crate) type States = [[u32; MAX_LANES]; 4];

const BLOCK_LEN: usize = 64;
/// Bytes of the length at the end of the last block.
const LENGTH_LEN: usize = 8;
/// What one block holds beside the padding.
const MAX_SHORT_LEN: usize = BLOCK_LEN - LENGTH_LEN - 1;
/// What a digest begins with (RFC 1321, 3.3).
const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

pub(crate) fn digest_all(backend: Backend, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    let count = messages.len().min(digests.len());
    let (messages, digests) = (&messages[..count], &mut digests[..count]);
    digest_long(backend, messages, digests);
    digest_short(backend, messages, digests);
}

/// Messages that fit one block with their padding, as keys mostly do: all lanes begin and end together.
fn digest_short(backend: Backend, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    let mut short = (0..messages.len()).filter(|number| messages[*number].len() <= MAX_SHORT_LEN);
    let mut blocks = [[0; BLOCK_LEN]; MAX_LANES];
    let mut numbers = [0; MAX_LANES];
    loop {
        let mut active = 0;
        for number in short.by_ref().take(backend.lanes()) {
            blocks[active] = padded(messages[number]);
            numbers[active] = number;
            active += 1;
        }
        let mut states = INITIAL.map(|word| [word; MAX_LANES]);
        match &blocks[..active] {
            [] => return,
            [alone] => {
                let mut state = INITIAL;
                md5::block_api::compress(&mut state, slice::from_ref(alone));
                set_state(&mut states, 0, state);
            }
            _ => {
                let blocks = blocks.each_ref().map(slice::from_ref);
                backend.compress(&mut states, &blocks, active, 1);
            }
        }
        for (lane, number) in numbers[..active].iter().enumerate() {
            digests[*number] = to_bytes(state_of(&states, lane));
        }
    }
}

/// A short message as the one block that it makes.
fn padded(message: &[u8]) -> [u8; BLOCK_LEN] {
    let mut block = [0; BLOCK_LEN];
    block[..message.len()].copy_from_slice(message);
    block[message.len()] = 0x80;
    block[BLOCK_LEN - LENGTH_LEN..].copy_from_slice(&(message.len() as u64 * 8).to_le_bytes());
    block
}

/// Longer messages: a lane takes the next one when its own has ended.
fn digest_long(backend: Backend, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    let mut queue = Queue::new(messages);
    let mut states = [[0; MAX_LANES]; 4];
    let mut lanes = [Lane::EMPTY; MAX_LANES];
    let mut active = 0;
    while active < backend.lanes()
        && let Some(number) = queue.next()
    {
        lanes[active].fill(number, messages[number]);
        set_state(&mut states, active, INITIAL);
        active += 1;
    }
    while active > 0 {
        let count = lanes[..active].iter().map(Lane::blocks_left).min().unwrap_or(0);
        match &mut lanes[..active] {
            [alone] => {
                let mut state = state_of(&states, 0);
                md5::block_api::compress(&mut state, alone.blocks(count));
                set_state(&mut states, 0, state);
            }
            lanes => {
                // Lanes beyond the active ones go along with the first, and nobody looks at them.
                let mut blocks = [lanes[0].blocks(count); MAX_LANES];
                for (blocks, lane) in blocks.iter_mut().zip(lanes.iter()) {
                    *blocks = lane.blocks(count);
                }
                backend.compress(&mut states, &blocks, active, count);
            }
        }
        let mut number = 0;
        while number < active {
            let lane = &mut lanes[number];
            lane.pass(count);
            if lane.blocks_left() > 0 {
                number += 1;
                continue;
            }
            digests[lane.message] = to_bytes(state_of(&states, number));
            if let Some(next) = queue.next() {
                lane.fill(next, messages[next]);
                set_state(&mut states, number, INITIAL);
                number += 1;
            } else {
                // The last lane closes the gap; it has not passed these blocks yet and comes up next.
                active -= 1;
                lanes[number] = lanes[active];
                let last = state_of(&states, active);
                set_state(&mut states, number, last);
            }
        }
    }
}

fn state_of(states: &States, lane: usize) -> [u32; 4] {
    states.map(|row| row[lane])
}

fn set_state(states: &mut States, lane: usize, state: [u32; 4]) {
    for (row, word) in states.iter_mut().zip(state) {
        row[lane] = word;
    }
}

fn to_bytes(state: [u32; 4]) -> [u8; 16] {
    let mut digest = [0; 16];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

/// A message on its way: whole blocks of it first, then its end with the padding.
#[derive(Clone, Copy)]
struct Lane<'m> {
    message: usize,
    body: &'m [[u8; BLOCK_LEN]],
    end: [[u8; BLOCK_LEN]; 2],
    /// Which blocks of `end` are still to come.
    end_from: u8,
    end_to: u8,
}

impl<'m> Lane<'m> {
    const EMPTY: Self = Self { message: 0, body: &[], end: [[0; BLOCK_LEN]; 2], end_from: 0, end_to: 0 };

    fn fill(&mut self, number: usize, message: &'m [u8]) {
        let (body, rest) = message.as_chunks();
        let bits = (message.len() as u64).wrapping_mul(8).to_le_bytes();
        self.message = number;
        self.body = body;
        self.end[0] = [0; BLOCK_LEN];
        self.end[0][..rest.len()].copy_from_slice(rest);
        self.end[0][rest.len()] = 0x80;
        (self.end_from, self.end_to) = (0, 1);
        if rest.len() >= BLOCK_LEN - LENGTH_LEN {
            self.end[1] = [0; BLOCK_LEN];
            self.end_to = 2;
        }
        let last = &mut self.end[usize::from(self.end_to) - 1];
        last[BLOCK_LEN - LENGTH_LEN..].copy_from_slice(&bits);
    }

    /// Blocks that lie in one piece here.
    fn blocks_left(&self) -> usize {
        if self.body.is_empty() { usize::from(self.end_to - self.end_from) } else { self.body.len() }
    }

    /// The next `count` blocks, of those that lie in one piece.
    fn blocks(&self, count: usize) -> &[[u8; BLOCK_LEN]] {
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

/// Hands out messages that are not short, the longest first: a long one that is begun last would run alone.
///
/// Sorted by powers of four from 1 KiB on, in a pass over all of them for each power that there is.
struct Queue<'m> {
    messages: &'m [&'m [u8]],
    /// Bit `n` is set if messages of class `n` may be left.
    classes: u32,
    position: usize,
}

impl<'m> Queue<'m> {
    fn new(messages: &'m [&'m [u8]]) -> Self {
        let long = messages.iter().filter(|message| message.len() > MAX_SHORT_LEN);
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
                if message.len() > MAX_SHORT_LEN && Self::class(message) == class {
                    return Some(self.position - 1);
                }
            }
            self.classes &= !(1 << class);
            self.position = 0;
        }
        None
    }
}
