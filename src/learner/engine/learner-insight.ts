// The verbs of a learner's engine that look into what was learnt, and change nothing. What they take is loaded on first use.
import type { Task } from "../../datasets/task.js";
import type { CallContext } from "../border/channel.js";
import type { Activation, GradCam, InterpretationOf } from "../interpret/interpretation.js";
import type { InterpretRequest } from "./interpret/interpret.js";
import type { ActivationRequest, GradCamRequest } from "./interpret/look.js";
import type { LearnerReportRequest } from "./interpret/of-learner.js";
import type { LearnerState } from "./learner-state.js";

export class LearnerInsight {
  readonly #state: LearnerState;

  constructor(state: LearnerState) {
    this.#state = state;
  }

  async interpret(request: InterpretRequest, context: CallContext): Promise<InterpretationOf<Task>> {
    const { interpretLearner } = await import("./interpret/of-learner.js");
    return interpretLearner(this.#state, request, context);
  }

  async gradCam(request: GradCamRequest, { signal }: CallContext): Promise<GradCam> {
    const { gradCam, viewed } = await import("./interpret/of-learner.js");
    return gradCam(viewed(this.#state, signal), request, this.#state.platform.decoder);
  }

  async activations(request: ActivationRequest, { signal }: CallContext): Promise<Activation[]> {
    const { activations, viewed } = await import("./interpret/of-learner.js");
    return activations(viewed(this.#state, signal), request, this.#state.platform.decoder);
  }

  async plotActivations(activations: readonly Activation[]): Promise<string> {
    const { contactSheet } = await import("./interpret/contact-sheet.js");
    return contactSheet(activations, this.#state.platform.decoder);
  }

  async report(request: LearnerReportRequest, context: CallContext): Promise<string> {
    const { reportLearner } = await import("./interpret/of-learner.js");
    return reportLearner(this.#state, request, context);
  }
}
