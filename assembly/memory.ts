// Where the static data ends: the host's arena begins here. The module itself never allocates.
export function heapBase(): usize {
  return __heap_base;
}
