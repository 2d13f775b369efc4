export function standalone(readme: string): string;
