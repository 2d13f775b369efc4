// Made with torch 1.13 (CPU, AVX2), CPython 3.11 and mpmath. Floats are their bits in hex: float32 as
// '%08x' % t.numpy().view(numpy.uint32), float64 as struct.pack('>d', x).hex(). Sums are FNV-1a over 32-bit words
// (`fnv` below), of a float32 tensor's bits, of integers, or of the bytes of get_state() taken as words.

/** FNV-1a, a 32-bit word at a time. */
export function fnv(words: Iterable<number>): number {
  let hash = 2166136261;
  for (const word of words) hash = Math.imul(hash ^ word, 16777619);
  return hash >>> 0;
}

/** The bits of float32 values (or of any bytes): so that −0 is not 0. */
export function bits(values: Float32Array | Uint8Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}

/** The bits of float32 values as the fixtures write them. */
export function hex(values: Float32Array): string {
  return Array.from(bits(values), (word) => word.toString(16).padStart(8, '0')).join(' ');
}

/** The bits of a double as the fixtures write them. */
export function hex64(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** The double of such bits. */
export function double(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** What `multinomial1`, `multinomial4`, `multinomialReplacement` draw from: numSamples 1 (12 times), 4, 16. */
export const PROBS = [0.5, 0, 1.25, 3, 0.125, 2, 0.75];

/**
 * Each entry drawn after g.manual_seed(seed): randint(-20, 1000), randint(0, 2^32 - 1), randint(-2^31, 2^31),
 * randint(-2^53 + 1, 2^53 - 1); rand; randn of 7 and 21; uniform_(-2.55, 3.7) and (-0.1, 2.3), where the float32
 * difference of the bounds is not their difference in float32; normal_(0.3, 0.7) of 5 and 18; exponential_(1.7);
 * randperm(12); `state`: sums of get_state() after 0, 1, 624, 625 calls of rand(1);
 * `cached`: normal_y in get_state() after randn(3), `stateCached` its sum, `thenRandn` the next randn(3).
 *
 * `sums`: rand, randn of 100,000; randn of 100,003; randn(10) 10,000 times; uniform_, normal_, exponential_ as above of
 * 100,000; normal_ of 15, 6667 times; randperm(10000); randint(0, 182625) of 100,000; multinomial of the weights
 * w = rand(1000): after manual_seed, 50,000 with replacement, then 20 without.
 */
export const TORCH = [
  {
    seed: '42',
    initialSeed: '42',
    randint: [622, 147, 416, 434, 106, 615, 560, 144],
    randint32: [1608637542, 3421126067, 4083286876, 787846414],
    randintFull: [1273642419, -1359637234, 1201263687, 415968276],
    randint53: [523809042612402, 566644413144233, 1113164382591522, -8533599237492513],
    rand: '3f61dc66 3f6a3db3 3ec406b8 3f75950e 3ec7e8d4 3f19d447',
    randn7: '3eac62ae 3e03e69d 3e7016e7 3e6bdc6c bf8fb9c2 be3eccd8 400d532c',
    randn21:
      '3ff6a529 3fbe5f53 3f669567 c006c0db 3f2dacd5 3f8a0650 3f4d0144 3fd71e93 3eb63345 bf2fc686 befc9934 3e774893 bf8e3219 3d2b0c00 be80ce7a 3f5c1fb0 be9e9482 beca9a91 3f4dac3c bf1f20e0 bf178d59',
    uniform: '403db52c 404acd35 be20df34 405c85b3 bde0a9ac 3f9a50f8',
    uniformRounded: '40011dd6 40062504 3f51a1a9 400cf308 3f564a97 3fabcb88',
    normal5: '3f09228a 3ec7c3ea 3eeda19e 3eec26bf bef8d4ec',
    normal18:
      '3fd30d36 3faba920 bd455692 3f1b930c be6c3a77 3f87046b 3f5c4db0 3fbcfbcd 3f0c91f2 be38f8a9 3f3a3212 3f9dfe15 3e0d2bf5 3ea8910d 3dfdbde0 3f66e2fb 3daa6030 3cbc7017',
    exponential: '3d105b87 3d1c8de3 3d9eebc1 3d0223b2 3ee0f3b1 3ec3173d',
    randperm: [6, 8, 1, 7, 0, 2, 10, 11, 4, 3, 5, 9],
    multinomial1: [3, 3, 2, 3, 3, 2, 5, 3, 4, 6, 5, 6],
    multinomial4: [3, 2, 0, 5],
    multinomialReplacement: [0, 0, 2, 0, 3, 3, 6, 6, 2, 2, 2, 3, 5, 5, 3, 3],
    state: [1744965089, 1649194546, 3949923830, 614924176],
    cached: '3fcd7b8d7b0a7c22',
    stateCached: 877856506,
    thenRandn: '3e6bdc6c bf8fb9c2 be3eccd8',
    sums: {
      rand: 2228136600,
      randn: 1484052315,
      randnOdd: 2484525340,
      randn10: 3778954776,
      uniform: 3315247521,
      normal: 4032059440,
      normal15: 3332019852,
      exponential: 4128008865,
      randperm: 2130113853,
      randint: 2728912287,
      multinomial: 2584104077,
      multinomialWithout: 656261435,
    },
  },
  {
    seed: '2147483647',
    initialSeed: '2147483647',
    randint: [571, 834, 329, -8, 153, 160, 144, 536],
    randint32: [1689602031, 3831148394, 2820341149, 2744746572],
    randintFull: [1683664746, 597262924, 857145832, 1794972968],
    randint53: [5990070164828815, -1409996363823219, -2490008580193639, 522203246175455],
    rand: '3f3547ef 3eb55ed4 3dd7ece8 3f19824c 3db93ac8 3db80f40',
    randn7: 'bf7ae1c3 bfd4345c bd6a2723 beae846e 4006588f 3f6578f3 3ead020b',
    randn21:
      '3fc89f51 be72fcc2 bce055ae bf8ce657 3e925f0e be17eef6 bfbd611e 3ee58799 c00c4b8d bf480b0d be8fc0e9 bf3d2971 3fdcca30 3e9b35b4 bf8947c0 3f3a4529 400ffb36 bef374dd 3f1ed91e 3f9333e4 bf76dd8d',
    uniform: '3ff01a65 beac08eb bff20ddb 3f9950c8 bffe0b70 bffe8071',
    uniformRounded: '3fccbcb8 3f400b64 3e1cb5e2 3fab6927 3defc044 3decf164',
    normal5: 'bec5a277 bf5c494e 3e851c93 3d7b80cd 3fe27bfb',
    normal18:
      '3fb2d5ec 3e091be0 3f4625c1 be9398f6 3f7d4a5a 3e48d8bb bf3c54c3 3f1d22a9 bf9e035f be7cebbd 4000ba07 be2d19cf bf0dcda1 3f031f99 bee6c8e6 3f4f306a 3feff94b bd068e6a',
    exponential: '3f24b37d 3f8ba0d2 3f419df5 3d0fe6c9 3d1ff43e 3fc42399',
    randperm: [3, 8, 11, 6, 5, 2, 1, 0, 4, 10, 7, 9],
    multinomial1: [3, 0, 6, 5, 3, 5, 2, 5, 3, 3, 3, 6],
    multinomial4: [3, 4, 2, 5],
    multinomialReplacement: [5, 5, 5, 0, 0, 6, 6, 2, 5, 5, 5, 3, 6, 5, 5, 5],
    state: [3162255716, 600799810, 1276051022, 798499650],
    cached: 'bfd5d08db3ae1f4c',
    stateCached: 889777880,
    thenRandn: 'beae846e 4006588f 3f6578f3',
    sums: {
      rand: 728143527,
      randn: 4056327878,
      randnOdd: 1098200822,
      randn10: 3785408480,
      uniform: 4229980157,
      normal: 4085307848,
      normal15: 3269020604,
      exponential: 2719598256,
      randperm: 2622957029,
      randint: 3733085665,
      multinomial: 1179673665,
      multinomialWithout: 3760599984,
    },
  },
  {
    seed: '-3',
    initialSeed: '18446744073709551613',
    randint: [811, 375, 21, 428, 323, 590, 870, 97],
    randint32: [2275407651, 2474766215, 2885944181, 182128588],
    randintFull: [327282567, -1965355060, 1652619782, 1486729549],
    randint53: [-9742806027324, -7877498119711443, -4036049982389997, -2371307939449490],
    rand: '3f1ff723 3f01ef87 3c806ea0 3f5b0fcc 3f11a93b 3f00fa06',
    randn7: '3f04881d bb66970c bfc618c4 bf060113 bee81f29 bffa118c 3ecec575',
    randn21:
      'be9fdb9a befe3f93 3de50382 3fd6c040 bf5da1c7 3fc3b40f 3fe8e509 bf56eaac bf832a79 3fa970b7 bf95d1a3 bf34ce9d c049e645 bf999da1 3fc6b37f c06c1fc5 3f2712cd 3dd06576 3fa810a7 bf9a6e25 bf9caf7f',
    uniform: '3fad7de7 3f1f4c40 c01cedcc 4033157c 3f80ca72 3f194dda',
    uniformRounded: '3fb32890 3f8f1f6e bd7f7b41 3ffa12f4 3fa1fe46 3f8df8d3',
    normal5: '3f29927a 3e9856c6 bf488912 bd880605 bc8e29ca',
    normal18:
      '3da6cc53 bd42fd99 3edde2f0 be65cb0a 3f44b2be 3faf6471 3fc96d20 be93488a bed5aa1f 3f9d021a be85edd0 be5cb790 3e94af01 bf0a4314 3fb17da6 c012163d 3f41c05c 3ebe11c2',
    exponential: '40808cf4 3da1727e 3ef1c590 3f48f8f1 3f3c5908 3f976dc5',
    randperm: [3, 10, 0, 1, 7, 9, 8, 5, 6, 2, 4, 11],
    multinomial1: [3, 5, 2, 3, 3, 2, 3, 3, 5, 5, 3, 2],
    multinomial4: [3, 2, 5, 6],
    multinomialReplacement: [6, 2, 3, 5, 5, 5, 6, 2, 5, 3, 3, 3, 2, 3, 6, 5],
    state: [4003339348, 4115791694, 2197232050, 3035557459],
    cached: 'bfe0c02266d6d3bd',
    stateCached: 1118165700,
    thenRandn: 'bf060113 bee81f29 bffa118c',
    sums: {
      rand: 1321914814,
      randn: 3959018821,
      randnOdd: 1353381267,
      randn10: 1303098107,
      uniform: 1077529459,
      normal: 3306156353,
      normal15: 2357869252,
      exponential: 3443801606,
      randperm: 3073722531,
      randint: 1045155025,
      multinomial: 2715687135,
      multinomialWithout: 4039564597,
    },
  },
];

/**
 * r = random.Random(seed), and in this order: random() 3 times; getrandbits of 1, 7, 31, 32, 33, 53 and of 100;
 * _randbelow of 1, 2, 27, 1000, 2^32 - 1, 2^32, 2^32 + 1, 2^53 - 1; shuffle of 12 and (the sum) of 100,000.
 */
export const PYTHON = [
  {
    seed: '42',
    random: ['3fe4762f307200c5', '3f999c6b5eeb2060', '3fd19a1491f589dc'],
    getrandbits: ['0', '17', '1581559892', '440213415', '7201369453', '4912226647794000'],
    getrandbits100: '33428090951638827606959300482',
    randbelow: ['0', '0', '6', '238', '2170484433', '2585650756', '2410529190', '5853639772802993'],
    shuffle: [9, 10, 5, 1, 0, 2, 4, 7, 3, 6, 8, 11],
    shuffleSum: 1335851541,
  },
  {
    seed: '-7',
    random: ['3fd4b9ad0f953a6e', '3fc34f0696513270', '3fe4d474883171ff'],
    getrandbits: ['0', '105', '1150797845', '404285457', '5865589240', '8193883021837429'],
    getrandbits100: '82198875030833313412209397493',
    randbelow: ['0', '1', '2', '246', '389609433', '2366729934', '2428605135', '2010761728364637'],
    shuffle: [4, 2, 3, 5, 7, 1, 8, 6, 0, 9, 11, 10],
    shuffleSum: 2313402767,
  },
  {
    seed: '1180591620717411303429',
    random: ['3fdde00b2b1e8484', '3fde644645016d0c', '3fd79400caca3fc8'],
    getrandbits: ['0', '1', '1246501801', '2362484128', '1676216587', '4866214765804704'],
    getrandbits100: '980481301568567225620470752650',
    randbelow: ['0', '1', '19', '157', '1357890020', '3225310019', '608862253', '4822600382680696'],
    shuffle: [11, 8, 4, 2, 6, 5, 10, 1, 3, 0, 7, 9],
    shuffleSum: 1784012213,
  },
];

/** x, ln x rounded to nearest from 400 bits. */
export const LOG = [
  ['3ca0000000000000', 'c0425e4f7b2737fa'],
  ['3cc8000000000000', 'c04178f71b55e6fa'],
  ['3fe0000000000000', 'bfe62e42fefa39ef'],
  ['3fefffffffffffff', 'bca0000000000000'],
  ['3feffffffffffffe', 'bcb0000000000001'],
  ['3fe6a09e667f3bcd', 'bfd62e42fefa39ee'],
  ['3fe6a09e667f3bcc', 'bfd62e42fefa39f1'],
  ['3ff6a09e667f3bcd', '3fd62e42fefa39f0'],
  ['3ff6a09e667f3bce', '3fd62e42fefa39f3'],
  ['3ff0000000000001', '3cafffffffffffff'],
  ['4000000000000000', '3fe62e42fefa39ef'],
  ['4005bf0a8b145769', '3ff0000000000000'],
  ['4024000000000000', '40026bb1bbb55516'],
  ['7e37e43c8800759c', '4085963447f87fb5'],
  ['0010000000000000', 'c086232bdd7abcd2'],
  ['3feccccccccccccd', 'bfbaf8e8210a415c'],
  ['3ff0000000000000', '0000000000000000'],
  ['3fe8000000000000', 'bfd269621134db92'],
];

/** x, sin x, cos x rounded to nearest from 400 bits. */
export const SINCOS = [
  ['0000000000000000', '0000000000000000', '3ff0000000000000'],
  ['01a56e1fc2f8f359', '01a56e1fc2f8f359', '3ff0000000000000'],
  ['3e40000000000000', '3e40000000000000', '3ff0000000000000'],
  ['3fe0c152382d7365', '3fdfffffffffffff', '3febb67ae8584cab'],
  ['3fe921fb54442d18', '3fe6a09e667f3bcc', '3fe6a09e667f3bcd'],
  ['3fe921fb54442d19', '3fe6a09e667f3bcd', '3fe6a09e667f3bcc'],
  ['3ff921fb54442d18', '3ff0000000000000', '3c91a62633145c07'],
  ['3ff921fb54442d17', '3ff0000000000000', '3cb469898cc51702'],
  ['3ff921fb54442d19', '3ff0000000000000', 'bca72cece675d1fd'],
  ['4002d97c7f3321d2', '3fe6a09e667f3bcd', 'bfe6a09e667f3bcc'],
  ['400921fb54442d18', '3ca1a62633145c07', 'bff0000000000000'],
  ['400921fb54442d19', 'bcb72cece675d1fd', 'bff0000000000000'],
  ['400f6a7a2955385e', 'bfe6a09e667f3bcc', 'bfe6a09e667f3bce'],
  ['4012d97c7f3321d2', 'bff0000000000000', 'bcaa79394c9e8a0a'],
  ['4015fdbbe9bba775', 'bfe6a09e667f3bce', '3fe6a09e667f3bcb'],
  ['401921fb54442d18', 'bcb1a62633145c07', '3ff0000000000000'],
  ['401921fb54442d17', 'bcd469898cc51702', '3ff0000000000000'],
  ['3ff0000000000000', '3feaed548f090cee', '3fe14a280fb5068c'],
  ['4004000000000000', '3fe326af0dcfcab1', 'bfe9a2f7ef858b7d'],
  ['4018000000000000', 'bfd1e1f18ab0a2c0', '3feeb9b7097822f5'],
  ['bff0000000000000', 'bfeaed548f090cee', '3fe14a280fb5068c'],
  ['c004000000000000', 'bfe326af0dcfcab1', 'bfe9a2f7ef858b7d'],
  ['4076300000000000', 'beff9bd0307d1de3', 'bfefffffffc18e4c'],
  ['412e848000000000', 'bfd6664b2568d867', '3fedf9df9906d32c'],
  ['41191e97f2ca57a8', '3fb342152005b076', 'bfefe8c99197e88b'],
  ['4130000000000000', '3fd526ccb2fc8656', '3fee33ada92fe2ae'],
];
