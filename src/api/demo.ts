import { Type, type Static } from "typebox";
import { closed, nullable } from "./text.ts";

/** The broadcast that a new shop can look at: `POST /demo` loads and plays it, into a shop that is still empty. */

export const demoSpeedMax = 30;

export const DemoBody = Type.Object(
  {
    speed: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: demoSpeedMax,
        description: "An evening of four hours is shortened by so much: 10 plays 24 minutes.",
      }),
    ),
    seed: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  },
  closed,
);
export type DemoBody = Static<typeof DemoBody>;

export const DemoState = Type.Object({
  state: Type.Enum(["none", "playing", "ended", "stopped"], {
    description: "stopped: whoever began it has signed out, or the server was started again.",
  }),
  session: nullable(Type.String()),
  minutes: Type.Integer({ description: "On the air, in all." }),
  played: Type.Number({ description: "Minutes so far; below 0: not yet live." }),
});
export type DemoState = Static<typeof DemoState>;
