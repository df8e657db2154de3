/* What a Java file can define. */
package org.example.input;

import java.util.*;

/** An annotation. */
@interface Marked {
    String value() default "none";
    int LEVEL = 1;
}

/**
 * A class with a bit of everything.
 */
@Marked("all")
public class Everything<T extends Comparable<T>> extends Base
        implements Runnable {
    private static final int FIRST = 1, SECOND = 2;
    protected T value;
    int[] numbers = {
        1, 2, 3
    }, more[];

    static {
        int local = FIRST;
    }

    { numbers[0] = 4; }

    public Everything() {
        this(null);
    }

    // The real one.
    Everything(T value) {
        super();
        this.value = value;
    }

    @Override
    public void run() {
        class Local {
            int hidden;
            void method() {}
        }
        Runnable r = new Runnable() {
            public void run() {}
        };
        Comparator<String> c = (a, b) -> { int d = a.length(); return d; };
        new Local().method();
    }

    abstract int declared();
    native void elsewhere();

    static <U> List<U> listOf(U... items) { return Arrays.asList(items); }

    int dimensions()[] { return null; }

    enum Colour implements Runnable {
        RED, GREEN {
            public void run() { grow(); }
        };

        private int shade;
        Colour() {}
        public void run() {}
        void grow() {}
    }

    interface Shape {
        double PI = 3.14;
        double area();
        default double twice() { return area() * 2; }
        static Shape unit() { return null; }
    }

    record Point(int x, int y) implements Shape {
        static int made;
        Point {
            made++;
        }
        public double area() { return x * y; }
    }

    class Inner {
        Inner() {}
    }

    Object anonymous = new Object() {
        @Override public String toString() { return "anonymous"; }
    };

    @Test
    void isTested() {
        for (int i = 0; i < 16; i++) {
            switch (i % 4) {
            case 0:
                System.out.println("the first case prints a line of text");
                break;
            case 1:
                System.out.println("the second one prints another line");
                continue;
            default:
                throw new IllegalStateException("and the last one throws");
            }
        }
        try {
            while (true)
                run();
        } catch (RuntimeException e) {
            return;
        }
    }
}

sealed interface Top permits A, B {}
enum Single { ONE }

class Broken {
    int before() { return 1; }
    int bad( { return 2; }
    int after() { return 3; }
}
