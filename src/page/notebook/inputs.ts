/**
 * Where sliders are put, one after the other: while the cells still run for one place, a slider may be drawn on through
 * many, and only its last counts.
 */
export class Inputs {
  readonly #take: (id: number, name: string, value: number) => Promise<void>;
  readonly #waiting = new Map<string, { id: number; name: string; value: number }>();
  #taking = false;

  constructor(take: (id: number, name: string, value: number) => Promise<void>) {
    this.#take = take;
  }

  set(id: number, name: string, value: number): void {
    this.#waiting.set(`${id} ${name}`, { id, name, value });
    if (!this.#taking) void this.#takeAll();
  }

  async #takeAll(): Promise<void> {
    this.#taking = true;
    for (const [key, { id, name, value }] of this.#waiting) {
      this.#waiting.delete(key);
      await this.#take(id, name, value);
    }
    this.#taking = false;
  }
}
