export const testRunners = [];
