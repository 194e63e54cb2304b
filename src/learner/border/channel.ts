// Calls across a border: the caller's learner on one side, the engine on the other. Either in one thread (for tests and
// for those who bring their own worker) or through a port, with events, cancelling and typed errors carried along.
import { type ErrorDetails, invalidArgument, isRegraftError, RegraftError } from "../../errors.js";
import { missingPart } from "./missing-part.js";

/** What an engine's method gets beside its argument. */
export interface CallContext {
  readonly signal: AbortSignal;
  readonly emit: (event: unknown) => void;
}

/** What one method of an engine takes and gives. An engine is any object whose methods are `(argument, context) => Promise`. */
export type ArgumentOf<F> = F extends (argument: infer A, ...rest: never[]) => unknown ? A : never;
export type ResultOf<F> = F extends (...args: never[]) => Promise<infer R> ? R : never;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: never) => void) | undefined;
}

export interface Channel<E extends object> {
  /** Rejects with the signal's reason once the engine has stopped, or with what the method threw. */
  call<M extends keyof E & string>(
    method: M,
    argument: ArgumentOf<E[M]>,
    options?: CallOptions,
  ): Promise<ResultOf<E[M]>>;
}

/** The part of a MessagePort, Worker or parentPort that is needed. */
export interface Port {
  post(message: unknown): void;
  listen(onMessage: (message: unknown) => void): void;
}

type Request =
  | { readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly id: number; readonly abort: true };

type Reply =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: PortableError };

/** An engine in the caller's own thread. */
export function localChannel<E extends object>(engine: E | Promise<E>): Channel<E> {
  const queue = createQueue();
  return {
    call: (method, argument, { signal = new AbortController().signal, onEvent } = {}) =>
      queue(signal, async () => {
        const emit = (event: unknown) => onEvent?.(event as never);
        return (await invoke(await engine, method, argument, { signal, emit })) as never;
      }),
  };
}

/** The caller's end of a port. `fail` rejects all that is under way and all that comes later: the worker is gone. */
export function remoteChannel<E extends object>(
  port: Port,
  onBusy: (busy: boolean) => void,
): Channel<E> & { fail(error: Error): void } {
  const calls = new Map<number, { receive: (reply: Reply) => void; fail: (error: Error) => void }>();
  let failure: Error | undefined;
  let lastId = 0;
  port.listen((message) => calls.get((message as Reply).id)?.receive(message as Reply));
  return {
    call: (method, argument, { signal, onEvent } = {}) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        if (signal?.aborted) return reject(signal.reason);
        const id = ++lastId;
        const abort = () => port.post({ id, abort: true } satisfies Request);
        const end = (): void => {
          signal?.removeEventListener("abort", abort);
          calls.delete(id);
          if (calls.size === 0) onBusy(false);
        };
        let thrown: { readonly error: unknown } | undefined;
        const receive = (reply: Reply): void => {
          if ("event" in reply) {
            try {
              if (!thrown) onEvent?.(reply.event as never);
            } catch (error) {
              // The caller's own function threw: the engine is to stop, and then the call ends with that.
              thrown = { error };
              abort();
            }
            return;
          }
          end();
          if (thrown) reject(thrown.error);
          else if ("result" in reply) resolve(reply.result as never);
          else reject(signal?.aborted && reply.error.aborted ? signal.reason : fromPortable(reply.error));
        };
        const fail = (error: Error): void => {
          end();
          reject(error);
        };
        if (calls.size === 0) onBusy(true);
        calls.set(id, { receive, fail });
        signal?.addEventListener("abort", abort);
        try {
          port.post({ id, method, argument } satisfies Request);
        } catch (cause) {
          // Functions and the like cannot cross to a worker.
          fail(invalidArgument(`an option of ${method}`, "plain data", (cause as Error).message));
        }
      }),
    fail: (error) => {
      // The first failure tells the cause; that the worker has ended follows from it.
      failure ??= error;
      for (const call of calls.values()) call.fail(error);
    },
  };
}

/**
 * The engine's end of a port. Calls run one after the other, in the order in which they came.
 * @param onClosed called when the engine's method `close` has been answered.
 */
export function serve(port: Port, engine: object | Promise<object>, onClosed: () => void): void {
  const queue = createQueue();
  const controllers = new Map<number, AbortController>();
  port.listen((message) => {
    const request = message as Request;
    if ("abort" in request) return controllers.get(request.id)?.abort();
    const { id, method, argument } = request;
    const controller = new AbortController();
    controllers.set(id, controller);
    const { signal } = controller;
    const emit = (event: unknown) => port.post({ id, event } satisfies Reply);
    void queue(signal, async () => invoke(await engine, method, argument, { signal, emit }))
      .then(
        (result) => port.post({ id, result } satisfies Reply),
        (error) => port.post({ id, error: toPortable(missingPart(error) ?? error, signal.aborted) } satisfies Reply),
      )
      .finally(() => {
        controllers.delete(id);
        if (method === "close") onClosed();
      });
  });
}

function invoke(engine: object, method: string, argument: unknown, context: CallContext): Promise<unknown> {
  return (engine as Record<string, (argument: unknown, context: CallContext) => Promise<unknown>>)[method]!(
    argument,
    context,
  );
}

/** Runs jobs one at a time. One that is cancelled before its turn rejects at once and is passed over. */
function createQueue(): <R>(signal: AbortSignal, job: () => Promise<R>) => Promise<R> {
  let last: Promise<void> = Promise.resolve();
  return (signal, job) =>
    new Promise((resolve, reject) => {
      const giveUp = () => reject(signal.reason);
      signal.addEventListener("abort", giveUp);
      last = last.then(async () => {
        signal.removeEventListener("abort", giveUp);
        if (signal.aborted) giveUp();
        else await job().then(resolve, reject);
      });
    });
}

interface PortableError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly aborted: boolean;
  readonly known: { readonly code: keyof ErrorDetails; readonly details: ErrorDetails[keyof ErrorDetails] } | undefined;
  readonly cause: PortableError | undefined;
}

function toPortable(error: unknown, aborted: boolean): PortableError {
  const { name, message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  return {
    name,
    message,
    stack,
    aborted: aborted && !isRegraftError(error),
    known: isRegraftError(error) ? { code: error.code, details: error.details } : undefined,
    cause: cause === undefined ? undefined : toPortable(cause, false),
  };
}

function fromPortable({ name, message, stack, known, cause }: PortableError): Error {
  const options = cause && { cause: fromPortable(cause) };
  const error = known ? new RegraftError(known.code, known.details, message, options) : new Error(message, options);
  if (!known) Object.defineProperty(error, "name", { value: name, configurable: true, writable: true });
  if (stack !== undefined) error.stack = stack;
  return error;
}
