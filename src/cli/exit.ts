/** Exit statuses of every command. */
export const exitOk = 0;
export const exitFailure = 1;
export const exitUsage = 2;
