/** placeholder */
export async function newPackCommand(_args: readonly string[], _print: (line: string) => void): Promise<number> { return 1 }
