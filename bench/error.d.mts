export declare function relative(got: ArrayLike<number>, exact: ArrayLike<number>): number;
export declare function away(got: number, exact: number): number;
