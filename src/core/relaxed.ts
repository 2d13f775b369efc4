/** The relaxed build, in a file of its own: it is read only where it is asked for. */
import binary from '../../build/relaxed.wasm?url&inline';

export { binary };
