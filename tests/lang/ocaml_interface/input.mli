(** Shapes. *)

open Stdlib

(** A shape. *)
type shape =
  | Circle of float
  | Square of float

type point = { x : int; y : int }
type 'a tree

exception Too_big of int

val pi : float

(** The area. *)
val area : shape -> float
val ( +++ ) : int -> int -> int
external sine : float -> float = "caml_sin"

module type ORDERED = sig
  type t
  val compare : t -> t -> int
end

module Make (O : ORDERED) : sig
  type elt = O.t
  val least : elt -> elt -> elt
end

class type counting = object
  method count : int
end

class counter : int -> object
  val mutable n : int
  method count : int
end
