package com.example
package inner

import scala.collection.mutable

/** A shape. */
sealed trait Shape[T] extends Serializable {
  type Unit
  val name: String
  var count = 0
  def area: Double
  def scale(by: Double): Shape[T] = this
}

case class Circle(radius: Double, val tag: String = "c") extends Shape[Int] {
  override val name = "circle"
  lazy val cached = compute()
  def area = 3 * radius * radius
  private def compute(): Int = {
    def helper(n: Int): Int = n + 1
    val local = 1
    class Inner
    if (local > 0) helper(local) else 0
  }
  def this() = this(1.0)
}

object Circle {
  val Unit = 1.0
  def apply(d: Int): Circle = new Circle(d / 2.0)
  implicit class Ops(val c: Circle) extends AnyVal { def twice = c }
}

case object Empty
package object util { def x = 1 }

abstract class Base(val id: Int) { def +(o: Base): Base = o }

type Alias = Map[String, Int]

enum Color(val rgb: Int):
  case Red extends Color(1)
  case Green, Blue
  def dark = false

given ordering: Ordering[Int] = Ordering.Int
extension (s: String) def shout = s.toUpperCase

val (a, b) = (1, 2)
@main def run(args: String*): Unit =
  for (x <- args) println(x)
  args match { case Seq() => (); case _ => () }
