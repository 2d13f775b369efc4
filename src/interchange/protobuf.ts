import { encodeUtf8 } from '../core/utf8.js';

/**
 * Writes messages of protocol buffers, as much of it as ONNX asks for: varints, float32, bytes and text, messages within
 * messages. Source: protobuf.dev, "Encoding".
 */
export class ProtobufWriter {
  #bytes: number[] = [];

  /** A whole number of 0 or more. */
  integer(field: number, value: number): this {
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  float(field: number, value: number): this {
    this.#varint((field << 3) | 5);
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value, true);
    return this.#append(new Uint8Array(view.buffer));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    return this.#append(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, encodeUtf8(value));
  }

  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter();
    write(inner);
    return this.bytes(field, inner.finish());
  }

  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  #varint(value: number): void {
    let left = value;
    for (; left > 127; left = Math.floor(left / 128)) this.#bytes.push((left % 128) | 128);
    this.#bytes.push(left);
  }

  #append(bytes: Uint8Array): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }
}
