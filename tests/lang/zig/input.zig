//! A module.
const std = @import("std");
pub const max_size: usize = 100;
var counter: u32 = 0;
threadlocal var tl: i32 = 1;

/// A circle.
pub const Circle = struct {
    radius: f64,
    name: []const u8 = "c",

    pub const unit = Circle{ .radius = 1 };

    pub fn init(r: f64) Circle {
        const Local = struct { x: u8 };
        _ = Local;
        return .{ .radius = r };
    }

    fn area(self: Circle) f64 {
        if (self.radius > 1) return 1 else return 2;
    }
};

const Color = enum(u8) { red, green, pub fn dark(c: Color) bool { return c == .red; } };
const Value = union(enum) { int: i32, none };
const Err = error{ NotFound, Other };
const Opaque = opaque {};
const Alias = std.ArrayList(u8);

fn Generic(comptime T: type) type {
    return struct {
        items: []T,
        pub fn get(self: @This(), i: usize) T { return self.items[i]; }
    };
}

export fn exported() void {}
extern "c" fn printf(fmt: [*:0]const u8, ...) c_int;
inline fn fast() void {}

test "area of a circle" {
    for ([_]u8{1}) |x| { _ = x; }
    while (counter < 3) : (counter += 1) {}
    switch (counter) { 1 => {}, else => {} }
    try std.testing.expect(true);
}
test Circle { }
test { }
comptime { _ = Circle; }

