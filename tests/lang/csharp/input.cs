// What a C# file can define.
using System;
using Numbers = System.Collections.Generic.List<int>;

namespace Example.Input;

/// <summary>A delegate.</summary>
public delegate int Transform(int x);

[Flags]
public enum Colour { Red = 1, Green = 2 }

/// <summary>A class with a bit of everything.</summary>
[Serializable]
public abstract class Everything<T> : Base, IShape where T : new()
{
    private int first, second = 2;
    public const string Name = "all";
    static readonly int[] numbers =
    {
        1, 2, 3
    };
    public event EventHandler Changed;
    public event EventHandler Watched { add { } remove { } }

    static Everything() { }

    // The real one.
    public Everything(int first) : base()
    {
        this.first = first;
    }

    ~Everything() { }

    public int Size { get; private set; }
    public int Twice => Size * 2;
    public T Value
    {
        get { return value; }
        set { this.value = value; }
    }
    public int this[int index] { get { return numbers[index]; } }

    public static Everything<T> operator +(Everything<T> a, Everything<T> b)
        => a;
    public static bool operator==(Everything<T> a, Everything<T> b) => true;
    public static implicit operator int(Everything<T> e) { return e.first; }

    public U Map<U>(Func<T, U> f)
    {
        int Local(int x) { return x + 1; }
        const int inner = 1;
        var lambda = (int y) => { int z = y; return z; };
        return f(Value);
    }

    protected abstract void Declared();
    void IShape.Draw() { }
    int IShape.Corners { get { return 4; } }
    extern static int Elsewhere();
    public (int, int) Pair() => (1, 2);

    struct Nested { int x; public int Y { get; } }
    interface IInner { void Method(); int Property { get; } }
    class @class { void @void() { } }

#if DEBUG
    void Trace() { Console.WriteLine("debug"); }
#else
    void Trace() { }
#endif

    [Test]
    public async Task IsTested()
    {
        for (int i = 0; i < 16; i++)
        {
            switch (i % 4)
            {
                case 0:
                    Console.WriteLine("the first case prints a line of text");
                    break;
                case 1:
                    Console.WriteLine("the second one prints another line");
                    continue;
                default:
                    throw new Exception("and the last one throws this");
            }
        }
        try { while (true) await Task.Yield(); }
        catch (Exception) { return; }
    }
}

public record Point(int X, int Y)
{
    public int Sum => X + Y;
}
record struct Size(int Width, int Height);

static class Broken
{
    static int Before() { return 1; }
    static int Bad( { return 2; }
    static int After() { return 3; }
}
