// Package input shows what a Go file can define.
package input

import (
	"fmt"
	"testing"
)

const Limit = 16

// Colours.
const (
	Red, Green = iota, iota + 1
	blue       = 3
	_          = 4
)

var counter int
var (
	first, second = 1, 2

	// Third is documented.
	Third = map[string]int{
		"one": 1,
		"two": 2,
	}
	_ fmt.Stringer = (*Tree[int])(nil)
)

// Tree is generic.
type Tree[T any] struct {
	left, right *Tree[T]
	value       T
	fmt.Stringer
}

type (
	// Shape has methods.
	Shape interface {
		Area() float64
		Scale(by float64) Shape
	}
	Number interface{ ~int | ~float64 }
	handler func(string) error
)
type Name = string

func (t *Tree[T]) Insert(v T) *Tree[T] {
	if t == nil {
		return &Tree[T]{value: v}
	}
	t.left = t.left.Insert(v)
	return t
}

func (Tree[T]) String() string { return "tree" }

func Map[T, U any](in []T, f func(T) U) (out []U) {
	type local struct{ x int }
	const inner = 1
	var unused = func() { var deep int; _ = deep }
	for _, v := range in {
		out = append(out, f(v))
	}
	unused()
	return
}

func assembly(x uint64) uint64

func init() {}
func init() { counter++ }

var callback = func(x int) int {
	inside := x + 1
	return inside
}

func TestTree(t *testing.T) {
	for i := 0; i < Limit; i++ {
		switch {
		case i%2 == 0:
			t.Log("even numbers are inserted on the left of the tree", i)
		case i%3 == 0:
			t.Log("multiples of three are inserted on the right of it", i)
		default:
			t.Log("and all the others are left out altogether", i)
		}
	}
	select {
	case <-make(chan int):
	default:
	}
	go func() { defer fmt.Println("done") }()
}

func broken(x int) int {
	if x > {
		return 1
	}
	return 2
}

func afterAll() {}
