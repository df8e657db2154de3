// TypeScript: what it adds to JavaScript.
import fs = require("fs");
import type { Thing } from "./thing";

export namespace Geometry.Flat {
  export const origin = 0;
  export function distance(a: number, b: number): number {
    return Math.abs(a - b);
  }
}

declare module "untyped" {
  export function helper(a: number): void;
  const version: string;
}

declare global {
  interface Window {
    app: Application;
  }
}

declare function ambient(x: number): string;
declare const BUILD: string;

/* Overloads have the name of what they overload. */
export function parse(text: string): Thing;
export function parse(bytes: Uint8Array): Thing;
export function parse(input: any): Thing {
  const local: Thing = input;
  return local;
}

export interface Shape<T> extends Base {
  (call: number): T;
  new (x: number): Shape<T>;
  area(): number;
  sides?: number;
  get colour(): string;
}

type Alias<T> = { value: T; method(): void };
type Callback = (error: Error | null) => void;

export enum Colour {
  Red = 1,
  Green,
}
const enum Flag { On, Off }

export abstract class Application<T = unknown> implements Shape<T> {
  private readonly secret: number = 1;
  static instances: Application[] = [];
  #hash = 0;
  [key: string]: any;

  constructor(private readonly service: Service, public title: string) {
    super();
  }

  abstract area(): number;
  draw(on: Canvas): void;
  draw(on: Canvas, twice?: boolean): void {}
  protected async load<U>(from: string): Promise<U> {
    return await fetch(from) as U;
  }
  get colour(): string { return "red"; }
  set colour(value) {}
  static create = <U,>(x: U): Application<U> => { throw x; };
}

@Component({
  selector: "app-root",
})
export class Decorated {
  @Input() name: string;

  // Before its decorator.
  @HostListener("click", ["$event"])
  onClick(event: MouseEvent) {}
}

const routes = {
  home() {},
  about: () => 1,
} as const;

export const identity = <T,>(x: T): T => x;
const angled = <any>function () {};
function isText(value: unknown): value is string {
  return typeof value === "string";
}

function broken(x: {

export class AfterTheError { method() {} }
export default interface Last {}
