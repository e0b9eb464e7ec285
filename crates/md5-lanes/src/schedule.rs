//! The word, rotation and constant of each of the 64 steps (RFC 1321, 3.4).

/// Expands a step for each place in turn: the mixing function, the four words, the word of the block, the
/// rotation to the left, and the index into [`CONSTANTS`].
macro_rules! all_steps {
    ($step:ident, $a:ident, $b:ident, $c:ident, $d:ident) => {
        $step!(choose, $a, $b, $c, $d, 0, 7, 0);
        $step!(choose, $d, $a, $b, $c, 1, 12, 1);
        $step!(choose, $c, $d, $a, $b, 2, 17, 2);
        $step!(choose, $b, $c, $d, $a, 3, 22, 3);
        $step!(choose, $a, $b, $c, $d, 4, 7, 4);
        $step!(choose, $d, $a, $b, $c, 5, 12, 5);
        $step!(choose, $c, $d, $a, $b, 6, 17, 6);
        $step!(choose, $b, $c, $d, $a, 7, 22, 7);
        $step!(choose, $a, $b, $c, $d, 8, 7, 8);
        $step!(choose, $d, $a, $b, $c, 9, 12, 9);
        $step!(choose, $c, $d, $a, $b, 10, 17, 10);
        $step!(choose, $b, $c, $d, $a, 11, 22, 11);
        $step!(choose, $a, $b, $c, $d, 12, 7, 12);
        $step!(choose, $d, $a, $b, $c, 13, 12, 13);
        $step!(choose, $c, $d, $a, $b, 14, 17, 14);
        $step!(choose, $b, $c, $d, $a, 15, 22, 15);

        $step!(swap, $a, $b, $c, $d, 1, 5, 16);
        $step!(swap, $d, $a, $b, $c, 6, 9, 17);
        $step!(swap, $c, $d, $a, $b, 11, 14, 18);
        $step!(swap, $b, $c, $d, $a, 0, 20, 19);
        $step!(swap, $a, $b, $c, $d, 5, 5, 20);
        $step!(swap, $d, $a, $b, $c, 10, 9, 21);
        $step!(swap, $c, $d, $a, $b, 15, 14, 22);
        $step!(swap, $b, $c, $d, $a, 4, 20, 23);
        $step!(swap, $a, $b, $c, $d, 9, 5, 24);
        $step!(swap, $d, $a, $b, $c, 14, 9, 25);
        $step!(swap, $c, $d, $a, $b, 3, 14, 26);
        $step!(swap, $b, $c, $d, $a, 8, 20, 27);
        $step!(swap, $a, $b, $c, $d, 13, 5, 28);
        $step!(swap, $d, $a, $b, $c, 2, 9, 29);
        $step!(swap, $c, $d, $a, $b, 7, 14, 30);
        $step!(swap, $b, $c, $d, $a, 12, 20, 31);

        $step!(parity, $a, $b, $c, $d, 5, 4, 32);
        $step!(parity, $d, $a, $b, $c, 8, 11, 33);
        $step!(parity, $c, $d, $a, $b, 11, 16, 34);
        $step!(parity, $b, $c, $d, $a, 14, 23, 35);
        $step!(parity, $a, $b, $c, $d, 1, 4, 36);
        $step!(parity, $d, $a, $b, $c, 4, 11, 37);
        $step!(parity, $c, $d, $a, $b, 7, 16, 38);
        $step!(parity, $b, $c, $d, $a, 10, 23, 39);
        $step!(parity, $a, $b, $c, $d, 13, 4, 40);
        $step!(parity, $d, $a, $b, $c, 0, 11, 41);
        $step!(parity, $c, $d, $a, $b, 3, 16, 42);
        $step!(parity, $b, $c, $d, $a, 6, 23, 43);
        $step!(parity, $a, $b, $c, $d, 9, 4, 44);
        $step!(parity, $d, $a, $b, $c, 12, 11, 45);
        $step!(parity, $c, $d, $a, $b, 15, 16, 46);
        $step!(parity, $b, $c, $d, $a, 2, 23, 47);

        $step!(last, $a, $b, $c, $d, 0, 6, 48);
        $step!(last, $d, $a, $b, $c, 7, 10, 49);
        $step!(last, $c, $d, $a, $b, 14, 15, 50);
        $step!(last, $b, $c, $d, $a, 5, 21, 51);
        $step!(last, $a, $b, $c, $d, 12, 6, 52);
        $step!(last, $d, $a, $b, $c, 3, 10, 53);
        $step!(last, $c, $d, $a, $b, 10, 15, 54);
        $step!(last, $b, $c, $d, $a, 1, 21, 55);
        $step!(last, $a, $b, $c, $d, 8, 6, 56);
        $step!(last, $d, $a, $b, $c, 15, 10, 57);
        $step!(last, $c, $d, $a, $b, 6, 15, 58);
        $step!(last, $b, $c, $d, $a, 13, 21, 59);
        $step!(last, $a, $b, $c, $d, 4, 6, 60);
        $step!(last, $d, $a, $b, $c, 11, 10, 61);
        $step!(last, $c, $d, $a, $b, 2, 15, 62);
        $step!(last, $b, $c, $d, $a, 9, 21, 63);
    };
}
pub(crate) use all_steps;

/// The integer part of 2^32 times the absolute value of the sine of 1, 2, and so on.
#[rustfmt::skip]
pub(crate) const CONSTANTS: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee,
    0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be,
    0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa,
    0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed,
    0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c,
    0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05,
    0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039,
    0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1,
    0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];
