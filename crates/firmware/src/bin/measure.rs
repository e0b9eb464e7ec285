//! See `firmware::measure`. The `md-5` crate computes the digest.
#![no_std]
#![no_main]

firmware::image!(firmware::measure::measure(kinesis_agg::Md5));
