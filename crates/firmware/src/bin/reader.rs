//! See `firmware::read`. The digest is that of the `md-5` crate.
#![no_std]
#![no_main]

firmware::image!(firmware::read::read(kinesis_agg::Md5));
