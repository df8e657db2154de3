defmodule Shop.Cart do
  @moduledoc """
  A cart.
  """
  use GenServer
  import Enum, only: [map: 2]
  @type t :: %__MODULE__{items: list}
  @typep hidden :: atom
  @opaque secret :: term
  @callback price(t) :: integer
  @macrocallback mac(t) :: Macro.t
  @max 10
  defstruct items: [], total: 0

  @doc "Adds."
  @spec add(t, integer) :: t
  def add(cart, n \\ 1)
  def add(%{items: items} = cart, n) when n > 0 do
    case n do
      1 -> cart
      _ -> %{cart | items: [n | items]}
    end
  end
  def add(cart, _), do: cart

  defp helper(x), do: x
  def no_args, do: 1
  def a <> b, do: {a, b}
  defmacro twice(expr) do
    quote do
      unquote(expr)
    end
  end
  defmacrop inner(x), do: x
  defguard is_big(x) when x > 10
  defguardp is_small(x) when x < 10
  defdelegate size(list), to: Enum, as: :count

  defmodule Nested do
    def f, do: :ok
  end

  if true do
    def conditional, do: 1
  end
end

defprotocol Priced do
  def price(x)
end

defimpl Priced, for: Shop.Cart do
  def price(x), do: x.total
end

defexception Oops, message: "x"
defmodule CartTest do
  use ExUnit.Case
  describe "adding" do
    test "adds one" do
      assert 1 == 1
    end
  end
end

defmodule Records do
  require Record
  Record.defrecord(:user, name: "x", age: 1)
end
