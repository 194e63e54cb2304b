// One step of the page: a section with a button, a place for what goes wrong, and one for what comes out. While a step
// works it shows how far it is, and can be stopped; one works at a time.
import { announce, byId } from "./dom.js";

/** @param onChange called when a step begins or ends. */
export function createSteps(onChange) {
  let running;
  return {
    isBusy: () => running !== undefined,
    step: (id) => {
      const section = byId(id);
      const message = section.querySelector(".message");
      const outcome = section.querySelector(".outcome");
      const fieldset = section.querySelector("fieldset");
      const working = byId("working").content.firstElementChild.cloneNode(true);
      const [bar, counts, stop] = working.children;
      message.before(working);
      stop.addEventListener("click", () => running?.abort());

      const say = (text, kind = "note") => {
        message.hidden = text === "";
        message.className = `message ${kind}`;
        message.setAttribute("role", kind === "error" ? "alert" : "status");
        message.textContent = text;
      };
      const tell = (text, share) => {
        // A quarter at a time is enough to be told aloud.
        if (share !== undefined && Math.floor(4 * share) > Math.floor(4 * bar.value)) announce(text);
        counts.textContent = text;
        if (share === undefined) bar.removeAttribute("value");
        else bar.value = share;
      };
      const run = async (work, { announced, stopped = "Stopped." }) => {
        if (running) return;
        const held = section.contains(document.activeElement) ? document.activeElement : undefined;
        running = new AbortController();
        say("");
        tell(announced);
        announce(announced);
        working.hidden = false;
        onChange();
        // A button that is disabled lets go of the focus.
        if (held) stop.focus();
        try {
          announce(await work(running.signal));
        } catch (error) {
          if (error === running.signal.reason) say(stopped);
          else failed(error, say);
        } finally {
          const hadFocus = document.activeElement === stop;
          working.hidden = true;
          running = undefined;
          onChange();
          if (hadFocus) held?.focus();
        }
      };
      return {
        say,
        tell,
        showOutcome: (isShown) => {
          outcome.hidden = !isShown;
        },
        enable: (isEnabled) => {
          fieldset.disabled = !isEnabled;
        },
        /**
         * Does `work(signal)`, which gives a sentence on what came of it for those who do not see it, and shows what went wrong.
         * @param texts `announced`: what is done; `stopped`: what a stop leaves behind.
         */
        run,
        /** Does it whenever the step's main button is pressed. */
        onGo: (work, texts) => {
          const go = section.querySelector(".go");
          (go.form ?? go).addEventListener(go.form ? "submit" : "click", (event) => {
            event.preventDefault();
            run(work, texts);
          });
        },
      };
    },
  };
}

/** An error of regraft says what to do, in its message; others are mistakes, whose trace the console keeps. */
function failed(error, say) {
  if (error.name !== "RegraftError") console.error(error);
  say(error.message, "error");
}
