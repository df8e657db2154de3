(* A module about shapes. *)
open Printf

(** A shape. *)
type shape =
  | Circle of float
  | Rect of { width : float; height : float }

type name = string
and point = { x : int; mutable y : int }

type open_one = ..
type open_one += Added of int

exception Too_big of int
exception Again = Not_found

external sine : float -> float = "caml_sin" "sin"

let pi = 3.14
let a, b = (1, 2)
let () = printf "%f\n" pi

(** The area. *)
let rec area s =
  let square x = x *. x in
  let two = 2 in
  match s with
  | Circle r -> pi *. square r
  | Rect { width; height } -> width *. height +. float_of_int (two - 2)

and twice f = f (f 1)

let lambda = fun x -> x + 1
let by_case = function 0 -> "none" | _ -> "some"
let ( +++ ) a b = a + b

module type ORDERED = sig
  type t
  val compare : t -> t -> int
  exception Odd
end

module Make (O : ORDERED) = struct
  type elt = O.t
  let least x y = if O.compare x y < 0 then x else y
  module Inner = struct
    let depth = 2
  end
end

module Ints = Make (struct
  type t = int
  let compare = compare
end)

class type counting = object
  method count : int
end

class counter start = object (self)
  inherit other
  val mutable n = start
  method count = n
  method private bump by = n <- n + by; self#count
  initializer n <- 1
end

let%test "adds" = 1 + 1 = 2
