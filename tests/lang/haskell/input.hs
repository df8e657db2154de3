{-# LANGUAGE GADTs #-}
-- | A module.
module Data.Shape
  ( Shape (..)
  , area
  ) where

import qualified Data.Map as Map
import Data.List (sort)

-- | A shape.
data Shape
  = Circle Double
  | Rect { width :: Double, height :: Double }
  deriving (Show, Eq)

newtype Wrap a = Wrap { unwrap :: a }
type Name = String
type family Elem c
data Gadt a where
  IntG :: Int -> Gadt Int
  BoolG :: Bool -> Gadt Bool

-- | Has an area.
class Show a => HasArea a where
  type Unit a
  areaOf :: a -> Double
  areaOf _ = 0
  (<+>) :: a -> a -> a

instance HasArea Shape where
  areaOf (Circle r) = 3 * r
  areaOf (Rect w h) = w * h

deriving instance Ord Shape

infixl 6 |+|

-- | The area.
area :: Shape -> Double
area (Circle r) = pi * r * r
area (Rect w h)
  | w > 0 = w * h
  | otherwise = helper 1
  where
    helper :: Int -> Double
    helper n = fromIntegral n

(|+|) :: Int -> Int -> Int
a |+| b = a + b

constant = 42
x, y :: Int
x = 1
y = 2

main :: IO ()
main = do
  let z = 1
  case z of
    1 -> print z
    _ -> if z > 1 then print 2 else return ()

pattern P a = Just a
foreign import ccall "sin" c_sin :: Double -> Double

#if MIN_VERSION_base(4,9,0)
compat :: Int
compat = 1
#else
elder :: Int
elder = 2
#endif
