//! See `firmware::read`. `small_md5` computes the digest.
#![no_std]
#![no_main]

firmware::image!(firmware::read::read(firmware::small_md5::SmallMd5));
