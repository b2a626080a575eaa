/** The part of saxen that is used here; the package brings no types of its own. */
declare module "saxen" {
  type Decode = (text: string) => string;
  type Attributes = Record<string, string>;

  export class Parser {
    on(
      event: "openTag",
      listener: (name: string, attributes: () => Attributes | false, decode: Decode) => void,
    ): this;
    on(event: "closeTag", listener: (name: string) => void): this;
    on(event: "text", listener: (text: string, decode: Decode) => void): this;
    on(event: "cdata", listener: (text: string) => void): this;
    on(event: "comment" | "question" | "attention", listener: (text: string) => void): this;
    on(event: "error", listener: (error: Error) => void): this;
    write(xml: string): this;
    end(): Error | null;
  }

  export const decode: Decode;
}
