/** Sounds of a scan: a short high one for good, two low ones for bad. */
const tones = {
  good: [[1_320, 0.07]],
  bad: [
    [196, 0.16],
    [165, 0.24],
  ],
} as const;
const gapSeconds = 0.05;
const loudness = 0.3;
const badVibrationMs = [120, 60, 180];

let context: AudioContext | null = null;

/** A browser lets a page sound only after somebody has touched it: called from taps and keys. */
export function unlockSound(): void {
  if (typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

/** Sounds, and shakes for what is bad. */
export function ring(kind: keyof typeof tones): void {
  unlockSound();
  if (kind === "bad" && "vibrate" in navigator) navigator.vibrate(badVibrationMs);
  if (context === null) return;
  let at = context.currentTime + 0.01;
  for (const [hertz, seconds] of tones[kind]) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = kind === "bad" ? "square" : "sine";
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(loudness, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + seconds);
    at += seconds + gapSeconds;
  }
}
