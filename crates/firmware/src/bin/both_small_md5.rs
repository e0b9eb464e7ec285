//! See `firmware::both`. `small_md5` computes the digest.
#![no_std]
#![no_main]

use firmware::both::{StaticAggregator, both};
use firmware::small_md5::SmallMd5;
use kinesis_agg::{Aggregator, KeySlot};

static AGGREGATOR: StaticAggregator<SmallMd5> =
    StaticAggregator::new(Aggregator::new_with([0; 1024], [KeySlot::EMPTY; 16], SmallMd5));

firmware::image!(both(&AGGREGATOR, SmallMd5));
