#!/usr/bin/env ruby
# Ruby: every kind of definition, and what only looks like one.

require "set"

$verbose = false
VERSION = "1.0".freeze
WIDTH, HEIGHT = 1, 2
local = 3

module Geometry::Flat
  # The first comment of a body is the first method's.
  def self.distance(a, b)
    (a - b).abs
  end

  # Struct.new makes a class.
  Point = Struct.new(:x, :y) do
    def length
      Math.sqrt(x * x + y * y)
    end
  end

  Error = Class.new(StandardError)
  Helpers = Module.new do
    def help; end
  end

  class Shape < Base
    include Comparable
    attr_accessor :name, :sides
    attr_reader "colour"

    @@count = 0
    KINDS = %w[circle square].freeze
    DEFAULT ||= KINDS.first

    def initialize(name, sides: 3)
      @name = name
      local = sides
      @sides = local
    end

    def <=>(other) = sides <=> other.sides
    def [](i); end
    def []=(i, value); end
    def +@; end
    def empty?; end
    def clear!; end
    def colour=(value); end

    alias old_name name
    alias_method :size, :sides

    define_method(:dynamic) { |x| x }
    define_method("#{name}_unknown") { }

    class << self
      attr_writer :registry

      def create(*args)
        new(*args)
      end
    end

    private def hidden; end

    private

    def outer
      def nested; end
      [1, 2].each do |i|
        puts i
      end
    end

    class NotFound < Error; end
  end
end

# Opened again.
class Geometry::Flat::Shape
  def more; end
end

class ::Top; end

def Geometry.outside
  :outside
end

def script_method
  text = <<~TEXT
    def not_a_method; end
  TEXT
  text
end

class ShapeTest < Minitest::Test
  def test_name
    assert_equal "x", Shape.new("x").name
  end
end

namespace :db do
  task migrate: :environment do
    Geometry::ORIGIN = 0
  end
end

def long_enough_to_be_cut(values)
  total = 0
  values.each do |value|
    next if value.nil?
    total += value * value
  end
  raise ArgumentError, "the sum is larger than expected" if total > 1000
  average = total / values.size
  puts "the values #{values} have the average #{average}"
  File.open("result.txt", "w") do |out|
    out.puts format("%d %f", total, average)
    out.puts "that is all there is to say about it"
  end
  [total, average]
end

def broken(a, = 1)
end

def after_the_error; end

__END__
def not_code; end
