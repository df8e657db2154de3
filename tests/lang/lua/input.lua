#!/usr/bin/lua5.4
-- A stack of things.
local M = {}

--- The largest size.
MAX_SIZE = 100
local count, total = 0, 1

--- Make one.
-- @return a stack
function M.new(...)
	local self = setmetatable({}, { __index = M })
	local function push_all(t)
		for i, v in ipairs(t) do
			self:push(v)
		end
	end
	push_all({ ... })
	return self
end

function M:push(v)
	count = count + 1
	self[#self + 1] = v
end

local function helper(a, b)
	if a > b then
		return a
	elseif a == b then
		return 0
	else
		return b
	end
end

function global(x)
	while x > 0 do
		x = x - 1
	end
	repeat
		x = x + 1
	until x > 10
end

M.size = function(self)
	return #self
end

local compare = function(a, b) return a < b end
handler = function() end

M.callbacks = {
	start = function() return 1 end,
	stop = function()
		return 2
	end,
	["odd key"] = function() end,
	limit = 3,
}

local config <const> = { name = "x", depth = 2 }

function M.deep.er.call() end

M.sub = M.sub or {}
M["quoted"] = function() end

return M
