//! What a Rust file can define.
use std::fmt::{self, Display};

mod elsewhere;

pub const LIMIT: usize = 16;
static mut COUNTER: i32 = 0;
const _: () = ();

/// A point.
#[derive(Debug, Clone)]
pub struct Point<T> {
    x: T,
    y: T,
}
struct Unit;
struct Pair(i32, i32);
union Word { i: i32, f: f32 }

pub enum Shape {
    Empty,
    Circle(f64),
    Square { side: f64 },
}

type Result<T> = std::result::Result<T, fmt::Error>;

/// What has an area.
pub trait Area: Sized {
    const SIDES: u32;
    type Unit;
    fn area(&self) -> f64;
    fn double(&self) -> f64 {
        fn twice(x: f64) -> f64 { x * 2.0 }
        twice(self.area())
    }
}

impl<T> Point<T> {
    pub const ORIGIN: i32 = 0;

    pub fn new(x: T, y: T) -> Self {
        Point { x, y }
    }
    async fn later(&self) {}
}

impl<T: Display> Display for Point<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}, {})", self.x, self.y)
    }
}

impl Area for &'static Shape {
    const SIDES: u32 = 4;
    type Unit = f64;
    fn area(&self) -> f64 { 1.0 }
}
impl fmt::Debug for self::inner::Deep { }
impl<const N: usize> Area for [Unit; N] { }
unsafe impl Send for Shape {}

pub mod inner {
    pub struct Deep;
    pub(crate) fn helper() {}
    pub mod deeper { pub fn bottom() {} }
}

#[macro_export]
macro_rules! square {
    ($x:expr) => { $x * $x };
    ($x:expr, $($y:expr),+) => { square!($x) + square!($($y),+) };
}

extern "C" {
    fn puts(s: *const u8) -> i32;
    static errno: i32;
}

pub const fn constant() -> usize { LIMIT }
pub unsafe extern "C" fn callback(n: i32) -> i32 { n }
fn r#match() {}

fn main() {
    struct Local;
    const INNER: i32 = 1;
    let closure = |x: i32| { fn in_closure() {} x + INNER };
    for i in 0..LIMIT {
        match i % 4 {
            0 => println!("a first arm that prints a line of text {}", i),
            1 => println!("a second arm that prints a line of text {}", i),
            _ => continue,
        }
    }
    loop { break; }
    while closure(1) > 2 { unsafe { COUNTER += 1; } }
    if LIMIT > 3 { return; }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic]
    fn it_works() { assert_eq!(constant(), 16); }

    // not a test itself
    fn helper() {}
}

fn broken(x: i32 -> i32 { x }

fn after_all() {}
