@file:JvmName("Shapes")

package com.example.shapes

import kotlin.math.PI
import kotlin.math.sqrt as root

/** What can be drawn. */
interface Shape {
    val area: Double

    /** How far around it is. */
    fun perimeter(): Double

    fun describe(): String = "area $area, perimeter ${perimeter()}"
}

fun interface Visitor<in T> {
    fun visit(item: T): Boolean
}

typealias Shapes = List<Shape>
typealias Handler<T> = (T) -> Unit

const val MAX_SHAPES = 100
private var counter: Int = 0
val String.shouted: String
    get() = uppercase()

internal val table by lazy { mapOf("a" to 1) }
val (left, right) = 1 to 2

/**
 * A circle.
 */
data class Circle(val radius: Double, private var name: String = "c", tag: Int) : Shape {
    override val area: Double
        get() = PI * radius * radius

    var scale: Double = 1.0
        get() = field
        private set(value) {
            require(value > 0)
            field = value
        }

    constructor(diameter: Int) : this(diameter / 2.0, "d", 0) {
        counter++
    }

    init {
        val local = 1
        counter += local
    }

    override fun perimeter() = 2 * PI * radius

    companion object {
        const val UNIT = 1.0

        @JvmStatic
        fun unit(): Circle {
            fun helper(n: Int): Double {
                return n * UNIT
            }
            class Local
            return Circle(helper(1), "unit", 0)
        }
    }

    companion object Named { fun x() = 1 }

    inner class Part {
        fun of() = this@Circle
    }
}

sealed class Expr<out T : Any> {
    object Nothing : Expr<String>()
    data class Num(val n: Int) : Expr<Int>()
}

enum class Color(val rgb: Int) {
    RED(0xff0000),
    GREEN(0x00ff00) {
        override fun dark() = true
    };

    open fun dark() = false

    abstract fun light(): Boolean
}

annotation class Fancy(val why: String)

object Registry {
    private val all = mutableListOf<Shape>()

    data object Empty

    fun add(s: Shape) {
        all += s
    }
}

abstract class Base {
    protected abstract val id: Int
    open suspend fun load(): String = ""
    operator fun plus(o: Base) = this
}

fun <T : Comparable<T>> List<T>.largest(): T? {
    var best: T? = null
    for (x in this) {
        if (best == null || x > best) {
            best = x
        }
    }
    when (best) {
        null -> return null
        else -> println(best)
    }
    return best
}

fun `with spaces`() {}

private fun Shape?.orZero() = object : Shape {
    override val area = 0.0
    override fun perimeter() = 0.0
}

val lambda = { x: Int -> x + 1 }
val anon = fun(x: Int): Int { return x }

@Test
fun testLargest() {
    assert(listOf(1, 2).largest() == 2)
}

@Retention(AnnotationRetention.BINARY)
@Target(AnnotationTarget.CLASS)
annotation class Marker
