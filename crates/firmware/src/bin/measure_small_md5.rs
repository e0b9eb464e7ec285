//! See `firmware::measure`. `small_md5` computes the digest.
#![no_std]
#![no_main]

firmware::image!(firmware::measure::measure(firmware::small_md5::SmallMd5));
