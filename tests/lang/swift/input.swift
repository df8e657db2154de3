import Foundation

/// What can be drawn.
public protocol Shape: AnyObject {
    associatedtype Unit
    var area: Double { get }
    func draw(at point: Point) -> Bool
    init(name: String)
    static func make() -> Self
}

typealias Handler = (Int) -> Void

let maxSize = 100
private var counter = 0

/// A circle.
@objc public final class Circle: NSObject, Shape {
    let radius: Double
    var area: Double { return 3 * radius * radius }
    lazy var cache: [String] = []
    static let shared = Circle(radius: 1)

    init(radius: Double) {
        self.radius = radius
        super.init()
    }

    deinit { counter -= 1 }

    func draw(at point: Point) -> Bool {
        func helper() -> Int { 1 }
        if counter > 0 { return true } else { return false }
    }

    subscript(index: Int) -> Double {
        get { radius }
        set { print(newValue) }
    }

    class func make() -> Circle { Circle(radius: 2) }

    enum Kind { case small, large }
}

struct Point {
    var x = 0, y = 0
    static func + (a: Point, b: Point) -> Point { a }
    mutating func move() { x += 1 }
}

enum Color: Int {
    case red = 1
    case green, blue
    case custom(Int, Int)
    var dark: Bool { self == .blue }
}

indirect enum Tree { case leaf, node(Tree, Tree) }

extension Circle: Equatable where Unit == Int {
    func isBig() -> Bool { radius > 10 }
}

actor Counter {
    var value = 0
    func up() async { value += 1 }
}

infix operator <>: AdditionPrecedence
precedencegroup Pipe { associativity: left }

func global<T: Shape>(_ x: T, y: Int = 1) throws -> [T] {
    for i in 0..<y { print(i) }
    while counter < 3 { counter += 1 }
    switch y { case 1: break; default: return [] }
    guard y > 0 else { throw E.x }
    do { try f() } catch { print(error) }
    return [x]
}

let closure = { (a: Int) -> Int in a + 1 }

@propertyWrapper struct Wrap { var wrappedValue: Int }
macro stringify<T>(_ value: T) -> (T, String) = #externalMacro(module: "M", type: "S")
class Tests: XCTestCase { func testIt() {} }
