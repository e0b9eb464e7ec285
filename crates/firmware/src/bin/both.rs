//! See `firmware::both`. The `md-5` crate computes the digest.
#![no_std]
#![no_main]

use firmware::both::{StaticAggregator, both};
use kinesis_agg::{Aggregator, KeySlot, Md5};

static AGGREGATOR: StaticAggregator<Md5> =
    StaticAggregator::new(Aggregator::new_in([0; 1024], [KeySlot::EMPTY; 16]));

firmware::image!(both(&AGGREGATOR, Md5));
