// JavaScript: every kind of definition, and what only looks like one.
import fs, { join } from "fs";
const { a, b: { c } } = require("destructured");
const required = require("one");

export const PI = 3.14;
let counter = 0;
var legacy = 1, other = 2;

/** Documented. */
export default function () {
  return 1;
}

function plain(x) {
  const local = x;
  const inner = () => local;
  function deep() {}
  return { method() {}, property: function () {}, value: 1 };
}

function* generator() { yield 1; }
async function* both() {}
export const arrow = async (x) => x;
let short = x => x + 1;
const expression = function own() { return own; };

class Shape extends mixin(Base) {
  static count = 0;
  #secret = 1;
  handler = (event) => { this.#hide(event); };
  static { Shape.count = 1; }

  // The constructor's comment.
  constructor(sides) {
    super();
    this.sides = sides;
  }

  get area() { return 0; }
  set area(value) {}
  static make() { return new Shape(1); }
  #hide() {}
  *items() {}
  async load() {}
  [Symbol.iterator]() {}
  "quoted name"() {}
}

const Named = class Inner { m() {} };
const table = {
  size: 3,
  nested: { deep() {}, "quoted-key": () => 1 },
  get first() { return 1; },
};

Shape.prototype.draw = function () {};
Shape.prototype.kind = "shape";
Shape.helper = () => {};
Other.prototype = { one() {}, two: function () {} };
window.onload = function loaded() {};
table["computed"] = function () {};
table[counter] = function () {};
module.exports = function exported() {};
exports.assigned = function () {};
module.exports = { late() {} };

(function () {
  var hidden = 1;
  function iife() { return hidden; }
})();

describe("a thing", () => {
  it("does it", function named() {
    const helper = () => 1;
  });
});

export class Button extends React.Component {
  render() {
    return (
      <div className="button" onClick={() => this.props.onClick()}>
        {this.props.items.map((item) => (
          <Item key={item.id} name={item.name} colour={item.colour} />
        ))}
        <p>Text with no definition() {"{"} in it, which goes on for a while.</p>
        <header title="the first of what comes after that">A header.</header>
        <footer title="the last of the elements">The end of the button.</footer>
      </div>
    );
  }
}

function broken() {
  const = ;
}

if (counter {
}

function afterTheError() { return `template ${counter} {}`; }

const { one: alpha, beta, gamma = 1, ...others } = table;
let [left, , right] = pair;
