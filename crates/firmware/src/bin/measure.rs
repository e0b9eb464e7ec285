//! See `firmware::measure`. The digest is that of the `md-5` crate.
#![no_std]
#![no_main]

firmware::image!(firmware::measure::measure(kinesis_agg::Md5));
