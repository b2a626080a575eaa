import { Signal } from "../../ui/signal.ts";
import { recall, remember } from "../../ui/storage.ts";

/** What a person chose for this browser. */
export interface SoundChoice {
  readonly sound: boolean;
  readonly speech: boolean;
}

const soundKey = "zaiku.live.sound";
const speechKey = "zaiku.live.speech";

/** Tones of an alarm in hertz and seconds: the more severe, the more of them, and the higher. */
const tones: Readonly<Record<1 | 2 | 3, readonly (readonly [number, number])[]>> = {
  1: [[660, 0.12]],
  2: [
    [740, 0.12],
    [740, 0.12],
  ],
  3: [
    [880, 0.14],
    [1_108, 0.14],
    [880, 0.14],
    [1_108, 0.2],
  ],
};
const gapSeconds = 0.06;
const loudness = 0.18;

/**
 * The voice of the control room. A browser lets a page make sounds only after somebody has touched it, so
 * `unlock` is called from a tap.
 */
class Voice {
  readonly choice = new Signal<SoundChoice>({
    sound: recall(soundKey) === "on",
    speech: recall(speechKey) === "on",
  });
  #context: AudioContext | null = null;

  choose(choice: SoundChoice): void {
    remember(soundKey, choice.sound ? "on" : "off");
    remember(speechKey, choice.speech ? "on" : "off");
    this.choice.set(choice);
    if (choice.sound) this.unlock();
    else if (typeof speechSynthesis !== "undefined") speechSynthesis.cancel();
  }

  unlock(): void {
    if (typeof AudioContext === "undefined") return;
    this.#context ??= new AudioContext();
    void this.#context.resume();
  }

  /** Rings, and says the text, as far as the person wants it. */
  alarm(severity: 1 | 2 | 3, text: string, language: string): void {
    const { sound, speech } = this.choice.get();
    if (!sound) return;
    const seconds = this.#ring(severity);
    if (speech) setTimeout(() => speak(text, language), seconds * 1_000);
  }

  #ring(severity: 1 | 2 | 3): number {
    const context = this.#context;
    if (context === null || context.state !== "running") return 0;
    let at = context.currentTime + 0.02;
    for (const [hertz, seconds] of tones[severity]) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.frequency.value = hertz;
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(loudness, at + 0.01);
      gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
      tone.connect(gain).connect(context.destination);
      tone.start(at);
      tone.stop(at + seconds);
      at += seconds + gapSeconds;
    }
    return at - context.currentTime;
  }
}

/** Sentences that wait to be said: more than this would still be talking when they are no longer true. */
const waitingMax = 2;
let waiting = 0;

function speak(text: string, language: string): void {
  if (typeof speechSynthesis === "undefined" || waiting >= waitingMax) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = language;
  words.rate = 1.1;
  waiting += 1;
  const done = () => {
    waiting = Math.max(0, waiting - 1);
  };
  words.addEventListener("end", done);
  words.addEventListener("error", done);
  speechSynthesis.speak(words);
}

export const voice = new Voice();
