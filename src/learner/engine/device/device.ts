// Which device to compute on: the one asked for, or the best that proves to compute as the host does, and no slower.
import { invalidArgument, RegraftError } from "../../../errors.js";
import type { DeviceName, DeviceOffer, DeviceRequest } from "../../../runtime/devices.js";
import type { Runtime, SessionOptions } from "../../../runtime/session.js";
import type { Trial } from "./device-trial.js";

/** What sessions are made with. */
export interface DeviceOptions {
  /** Those that stay. */
  readonly options: Pick<SessionOptions, "device" | "threads">;
  /** Those that run once: on the host, where nothing is to be prepared for a device. */
  readonly once: Pick<SessionOptions, "device" | "threads">;
}

export interface ChosenDevice extends DeviceOptions {
  /** What was chosen and why. */
  readonly reason: string;
}

/** @throws RegraftError "device-unavailable", naming those that are there, and why this one cannot be used. */
export async function chooseDevice(runtime: Runtime, { name, threads }: DeviceRequest): Promise<ChosenDevice> {
  if (typeof name !== "string") throw invalidArgument("device", "the name of a device", name);
  const offers = await runtime.devices();
  const host = offers.at(-1)!.name;
  const withThreads = threads !== undefined && { threads };
  const chosen = (device: DeviceName, reason: string): ChosenDevice => ({
    options: { device, ...withThreads },
    once: { device: host, ...withThreads },
    reason,
  });
  const attempt = async (device: DeviceName): Promise<Trial> => {
    const { tryDevice } = await import("./device-trial.js");
    return tryDevice(runtime, device, { device: host, ...withThreads }, name === "auto");
  };
  if (name !== "auto") {
    const offer = offers.find((offer) => offer.name === name);
    const problem = offer ? offer.problem : absence(name);
    const trial = !problem && name !== host ? await attempt(name) : undefined;
    const refused = problem ?? (trial && failureOf(trial, host));
    if (refused) throw unavailable(name, offers, refused);
    const more = trial ? described(trial, host) : offer!.remark;
    return chosen(name, `${name}: as asked for${more === undefined ? "" : `; ${more}`}`);
  }
  const passed: string[] = [];
  for (const { name: device, problem, passedOver } of offers) {
    if (device === host) break;
    const known = problem ?? passedOver;
    const trial = known === undefined ? await attempt(device) : undefined;
    const refused = known ?? failureOf(trial!, host) ?? slowness(trial!, host);
    if (refused === undefined) return chosen(device, `${device}: ${described(trial!, host)}`);
    passed.push(`${device}: ${refused}`);
  }
  return chosen(host, hostReason(offers, passed));
}

/** @param passed why others are not taken, each by its name. */
export function hostReason(offers: readonly DeviceOffer[], passed: readonly string[]): string {
  const { name, remark } = offers.at(-1)!;
  return [remark === undefined ? name : `${name}, ${remark}`, ...passed.map((why) => `not ${why}`)].join("; ");
}

/** Where nothing has to be fast. */
export async function hostDevice(
  runtime: Runtime,
  { threads }: Pick<DeviceRequest, "threads"> = { threads: undefined },
): Promise<DeviceOptions> {
  const host = { device: (await runtime.devices()).at(-1)!.name, ...(threads !== undefined && { threads }) };
  return { options: host, once: host };
}

/** Where each device is to be found. */
export const homes: Readonly<Record<DeviceName, string>> = {
  cuda: "it is NVIDIA's, in Node on Linux and Windows",
  dml: "it is DirectML, in Node on Windows",
  coreml: "it is Apple's, in Node on macOS",
  webgpu: "it is any GPU's, in Node and in browsers",
  cpu: "it is Node's; a browser has wasm",
  wasm: "it is a browser's; Node has cpu",
};

const absence = (name: string): string => {
  const where = Object.hasOwn(homes, name) ? ` (${homes[name as DeviceName]})` : "";
  return `this platform does not have it${where}`;
};

// float32 in another order of summation: some 1e-6; half precision: some 1e-3.
const tolerance = 1e-4;

function failureOf({ error, difference }: Trial, host: DeviceName): string | undefined {
  if (error !== undefined) return error;
  if (difference <= tolerance) return undefined;
  const how = Number.isNaN(difference) ? "not numbers" : `they differ by ${share(difference)} of the largest`;
  return `a small network gives other results there than on ${host} (${how})`;
}

// A measurement of milliseconds: the same device may seem a third faster than itself.
const worthIt = 1.5;

const slowness = ({ speed = 0 }: Trial, host: DeviceName): string | undefined =>
  speed >= worthIt
    ? undefined
    : `it is ${speed < 1 ? "slower" : "hardly faster"} than ${host} (${speed.toPrecision(2)} times its speed)`;

function described({ difference, speed }: Trial, host: DeviceName): string {
  const proved = `a small network gives the results of ${host} there (within ${share(difference)})`;
  return speed === undefined ? proved : `${proved} at ${speed.toPrecision(2)} times its speed`;
}

const share = (difference: number): string => (difference === 0 ? "0" : difference.toExponential(0));

export function unavailable(device: string, offers: readonly DeviceOffer[], problem: string): RegraftError {
  const available = offers.filter(
    (offer) => (offer.problem ?? offer.passedOver) === undefined && offer.name !== device,
  );
  const names = available.map(({ name }) => name);
  return new RegraftError(
    "device-unavailable",
    { device, available: names },
    `The device "${device}" cannot be used: ${problem}. Available: ${names.join(", ")}. Choose one of these, or "auto".`,
  );
}
