A counter.
---------------------------- MODULE Counter ----------------------------
(* It counts. *)
EXTENDS Naturals, Sequences

CONSTANTS Max, Cost(_)
ASSUME MaxIsNat == Max \in Nat

VARIABLES count, history
vars == <<count, history>>

\* The start.
Init ==
  /\ count = 0
  /\ history = <<>>

RECURSIVE Sum(_)
Sum(s) == IF s = <<>> THEN 0 ELSE Head(s) + Sum(Tail(s))

a (+) b == a + b
Square[n \in Nat] == n * n
LOCAL Twice(x) == LET y == x + x IN y

I == INSTANCE Other WITH n <- count

Next ==
  \/ count < Max /\ count' = count + 1
  \/ UNCHANGED count

Spec == Init /\ [][Next]_vars

THEOREM Safety == Spec => [](count \in Nat)
<1>1. Init => count \in Nat
  BY DEF Init
<1>. QED BY <1>1

(*
--algorithm Lock
variables lock = FALSE, turn \in 0..1;
define
  Free == ~lock
end define;
macro take(l) begin
  await ~l;
  l := TRUE;
end macro;
procedure wait(n)
begin
  w1: await turn = n;
  return;
end procedure;
process worker \in 1..2
variables own = 0;
begin
  s1: take(lock);
  s2: lock := FALSE;
end process;
end algorithm; *)

---- MODULE Inner ----
Deep == 1
====
=============================================================================
