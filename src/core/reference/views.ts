/**
 * A reference kernel's memory: one buffer seen as each element type. The owner makes the views anew when the memory
 * grows, so a kernel reads them at each call.
 */
export interface Views {
  f32: Float32Array;
  i32: Int32Array;
  f64: Float64Array;
}
