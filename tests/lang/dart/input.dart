library shapes;

import 'dart:math' as math;
export 'src/x.dart';
part 'y.dart';

/// A shape.
abstract class Shape {
  double get area;
  void draw();
  final String name;
  static const int max = 10;
  late int a, b = 1;
  Shape(this.name);
  Shape.named({required this.name}) : a = 1;
  factory Shape.make() => Circle(1);
  set width(int w) { a = w; }
  bool operator ==(Object o) => true;
}

class Circle extends Shape with Mixin implements Comparable<Circle> {
  final double radius;
  const Circle(this.radius) : super('c');
  @override
  double get area => 3 * radius;
  @override
  void draw() {
    int helper(int n) { return n; }
    var f = (x) => x;
    if (radius > 1) { print(helper(1)); } else { for (var i in []) {} }
  }
  static Circle unit() => Circle(1);
  Future<int> load() async { return 1; }
}

mixin Mixin on Object { void mixed() {} }
extension Ext on String { String shout() => toUpperCase(); }
extension type Id(int value) { int get v => value; }
enum Color { red, green; bool get dark => false; }
enum Plain { a, b }
typedef Handler = void Function(int);
typedef int Old(int x);

const maxSize = 100;
final int count = 0;
var x = 1, y = 2;
int top(int n, [int m = 1]) {
  while (n > 0) { n--; }
  switch (n) { case 1: break; default: return 2; }
  try { throw 'x'; } catch (e) { rethrow; } finally {}
  return n;
}
int get getter => 1;
set setter(int v) {}
void main() => print('x');
external int native();
