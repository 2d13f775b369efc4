/**
 * A reference kernel's memory: one buffer seen as each element type. Its owner, a core, puts other views here when the memory
 * grows, so a kernel reads them at each call.
 */
export interface Views {
  readonly f32: Float32Array;
  readonly i32: Int32Array;
  readonly f64: Float64Array;
}
