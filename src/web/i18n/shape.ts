/** The words of another language: the same keys. English may add `…_one` where a noun is counted. */
export type Words<T> = { readonly [Key in keyof T]: T[Key] extends string ? string : Words<T[Key]> } & {
  readonly [Key in keyof T & string as `${Key}_one`]?: string;
};
