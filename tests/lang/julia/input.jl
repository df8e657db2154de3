"""
A module.
"""
module Shapes

using LinearAlgebra
import Base: show, +
export Circle, area
include("other.jl")

"A shape."
abstract type Shape end
abstract type Round{T} <: Shape end
primitive type Byte 8 end

const MAX = 100
global counter = 0
x, y = 1, 2

struct Circle{T<:Real} <: Round{T}
    radius::T
    name::String
    Circle(r::T) where T = new{T}(r, "c")
end

mutable struct Point
    x::Int
end

@enum Color red green blue

area(c::Circle) = 3 * c.radius^2

function perimeter(c::Circle{T}; scale = 1)::Float64 where {T}
    helper(n) = n + 1
    if scale > 1
        return 1
    elseif scale == 0
        for i in 1:10
            println(i)
        end
    else
        while true
            break
        end
    end
    try
        f()
    catch e
        rethrow()
    finally
        g()
    end
    return 2
end

function Base.show(io::IO, c::Circle)
    print(io, "circle")
end
Base.:+(a::Point, b::Point) = a
+(a::Circle, b) = a
(c::Circle)(x) = x
function (p::Point)(y)
    y
end
function generic end

macro twice(e)
    quote
        $e
        $e
    end
end

@inline function fast(x::Int)
    x
end

f = x -> x + 1
g = function (a) a end

baremodule Inner
    h() = 1
end

end # module
