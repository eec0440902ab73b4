// Shows two pictures in turn at one place.
//
// Rules:
// * A change every half second: far below the three flashes a second that can cause a seizure.
// * It can be stopped. Whoever wants less motion gets no clock at all, and steps by a button.

const period = 500;

export interface Blink {
  /** Shows the other picture; the clock, if it runs, stops. */
  step(): void;
  /** Starts or stops the clock; whether it runs now. */
  toggle(): boolean;
  stop(): void;
}

/** Blinks by calling `show` with whether the second picture is the one to see. */
export function blink(show: (second: boolean) => void): Blink {
  let second = false;
  let clock: ReturnType<typeof setInterval> | undefined;
  const turn = (): void => show((second = !second));
  const stop = (): void => {
    clearInterval(clock);
    clock = undefined;
  };
  return {
    step() {
      stop();
      turn();
    },
    toggle() {
      if (clock === undefined) clock = setInterval(turn, period);
      else stop();
      return clock !== undefined;
    },
    stop,
  };
}
