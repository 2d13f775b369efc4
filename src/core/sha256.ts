/** SHA-256, as the class that stands behind noble's function: without the function's options a bundle is 0.3 kB smaller. */
export { _SHA256 as Sha256 } from '@noble/hashes/sha2.js';
